/** The stream page's script: bundled into `bundled/stream-bundle.ts`. What belongs to an older run is dropped. */
import { copyText } from "../src/checkout/copy-from.ts";
import { asText, explain, readObject, toProblem } from "../src/checkout/problem.ts";
import { Meter, pause } from "./meter.ts";
import { StreamText } from "../src/stream/stream-text.ts";
import type { StreamState } from "../src/page/stream-messages.ts";
import type { StreamWord } from "../src/page/stream-page.ts";
import { StreamRun } from "./stream-run.ts";
import { StreamView } from "./stream-view.ts";
import { TopUpFrame } from "./top-up-frame.ts";

const view = new StreamView();
let words = emptyText();
const topUp = new TopUpFrame({
  section: view.find("ask"),
  title: view.find("asked"),
  note: view.find("asked-note"),
  place: view.find("frame"),
  infoUrl: view.data("info"),
});
let run: StreamRun | undefined;

function emptyText(): StreamText {
  return new StreamText({
    text: view.find("text"),
    heard: view.find("heard"),
    titleOf: (index) => view.word("choice").replace("{number}", String(index + 1)),
    isLive: () => view.isLive,
  });
}

const word = (name: StreamWord) => view.word(name);

function begin(): StreamRun {
  const meter = new Meter({ root: document, infoUrl: view.data("info"), word });
  return new StreamRun(
    meter,
    {
      piece: (index, text) => words.write(index, text),
      resumed: () => {
        if (view.state !== "waiting" && view.state !== "resumed") return;
        closeTopUp();
        view.show("streaming");
      },
      needsTopUp: (asked) => {
        words.flush();
        view.show("waiting");
        topUp.open(asked, word("topUpTitle"));
        view.find("asked-note").hidden = false;
      },
      timedOut: () => {
        view.find("asked-note").hidden = true;
      },
    },
    word,
  );
}

async function start(): Promise<void> {
  if (view.isLive) return;
  const mine = begin();
  run = mine;
  view.hasRun = true;
  words.end();
  words = emptyText();
  view.find("end").hidden = true;
  view.find("pay").hidden = true;
  closeTopUp();
  view.show("starting");
  await Promise.race([mine.meter.start(() => mine === run && view.state === "starting"), pause(1000)]);
  if (mine !== run || mine.done) return;
  try {
    const answer = await fetch(view.data("resource"), {
      headers: { Accept: "text/event-stream" },
      credentials: "same-origin",
      cache: "no-store",
      signal: mine.abort.signal,
    });
    if (!answer.ok) return await refuse(mine, answer);
    mine.readHead(answer);
    view.show("streaming");
    void mine.meter.watch(() => mine === run && !mine.done);
    await mine.receive(answer);
    finish(mine, "ended");
  } catch {
    finish(mine, navigator.onLine ? "broken" : "offline");
  }
}

async function refuse(mine: StreamRun, answer: Response): Promise<void> {
  const body = await readObject(answer);
  if (mine !== run) return;
  mine.meter.forget();
  const text = explain(toProblem(body));
  if (answer.status !== 402) return finish(mine, "problem", text);
  const asked = topUp.open(body, word(asText(body["balance"]) === "" ? "topUpAgain" : "topUpTitle"));
  mine.reason = { state: "payment", text };
  view.find("pay").hidden = asked;
  finish(mine, "payment");
}

function stop(): void {
  if (run === undefined || !view.isLive) return;
  run.abort.abort();
  finish(run, "stopped");
}

/** The end of a run, for whatever reason; a reason that was given before stays. */
function finish(mine: StreamRun, state: StreamState, text = ""): void {
  if (mine !== run || mine.done) return;
  mine.done = true;
  words.flush();
  view.show(mine.reason?.state ?? state, mine.reason?.text ?? text);
  words.end();
  if (mine.reason === undefined) closeTopUp();
  if (mine.receiptUrl !== "") {
    view.find("receipt").setAttribute("href", mine.receiptUrl);
    view.find("end").hidden = false;
  }
  void mine.meter.settle(() => mine === run);
}

function closeTopUp(): void {
  const focused = topUp.hasFocus;
  topUp.close();
  if (focused) view.find(view.find("stop").hidden ? "start" : "stop").focus();
}

async function copy(): Promise<void> {
  await copyText(words.content, () => getSelection()?.selectAllChildren(view.find("text")));
  view.find("copy").textContent = word("copied");
  await pause(1500);
  view.find("copy").textContent = word("copy");
}

view.pressed("start", () => void start());
view.pressed("stop", stop);
view.find("copy").addEventListener("click", () => void copy());
addEventListener("message", (event) => {
  if (!topUp.isSource(event)) return;
  const { state } = view;
  view.show(state === "waiting" ? "resumed" : "toppedUp");
  closeTopUp();
  // Nothing had begun: this is what was just paid for.
  if (state === "payment") void start();
});
addEventListener("pagehide", () => run?.abort.abort());

const [entry] = performance.getEntriesByType("navigation");
const kind = entry instanceof PerformanceNavigationTiming ? entry.type : "navigate";
if ((kind === "reload" || kind === "back_forward") && view.data("costs") !== "") view.show("ready");
else void start();
