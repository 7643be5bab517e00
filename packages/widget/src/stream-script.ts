import { meterScript } from "./meter-script.ts";
import { topUpScript } from "./top-up-script.ts";

/**
 * The stream page's script, a constant: everything it needs is in `data-` attributes and hidden words. One `run` is one
 * request; what belongs to an older run is dropped. Uses `createEventReader` and `textOf`.
 */
export const streamScript = String.raw`
const $ = (id) => document.getElementById(id);
const main = $("stream"), data = main.dataset;
const LIVE = ["starting", "streaming", "waiting", "resumed"];
let run = null, resting = 0;

function word(name, values) {
  const text = document.querySelector('[data-word="' + name + '"]').textContent;
  return text.replace(/\{(\w+)\}/g, (whole, key) => (values && values[key]) || whole);
}
function live() {
  return LIVE.includes(data.state);
}
function show(state, text) {
  const was = live(), focused = document.activeElement;
  data.state = state;
  const said = text || word(state);
  if ($("state").textContent !== said) $("state").textContent = said;
  $("text").setAttribute("aria-busy", String(live()));
  if (run) $("start").textContent = word("startAgain");
  $("stop").hidden = !live();
  $("start").hidden = live() || state === "payment";
  $("copy").hidden = live() || $("text").textContent === "";
  if (live() !== was) rest();
  if (live() && focused === $("start")) $("stop").focus();
  if (!live() && focused === $("stop") && !$("start").hidden) $("start").focus();
}
/** What changes under the finger is not pressed: the second of two presses on one spot could cost money. */
function rest() {
  clearTimeout(resting);
  for (const id of ["start", "stop"]) $(id).setAttribute("aria-disabled", "true");
  resting = setTimeout(() => {
    for (const id of ["start", "stop"]) $(id).removeAttribute("aria-disabled");
  }, 400);
}
function pressed(id, act) {
  $(id).addEventListener("click", () => { if (!$(id).hasAttribute("aria-disabled")) act(); });
}
function explain(problem) {
  return problem.title ? problem.title + "." + (problem.detail ? " " + problem.detail : "") : "";
}
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
async function readJson(answer) {
  try { return (await answer.json()) || {}; } catch { return {}; }
}

let pieces = [], flushing = 0, unheard = "", hearing = 0;
/** Text goes to the page some twenty times a second, and to screen readers in sentences. */
function write(index, text) {
  pieces.push([index, text]);
  if (!flushing) flushing = setTimeout(flush, 50);
  if (index === 0) unheard += text;
  if (!hearing) hearing = setTimeout(hear, 3000);
}
function flush() {
  clearTimeout(flushing);
  flushing = 0;
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 48;
  for (const [index, text] of pieces.splice(0)) append(paragraph(index), text);
  if (atEnd && live()) scrollTo(scrollX, document.documentElement.scrollHeight);
}
/** Long texts in nodes of some size: one that grows without end is copied with each token. */
function append(part, text) {
  const last = part.lastChild;
  if (last && last.length < 8192) last.appendData(text);
  else part.append(text);
}
function paragraph(index) {
  const known = $("text").querySelector('[data-index="' + index + '"]');
  if (known) return known;
  const made = document.createElement("p");
  made.dir = "auto";
  made.dataset.index = index;
  if (index > 0) made.dataset.title = word("choice", { number: String(index + 1) });
  const later = [...$("text").children].find((one) => Number(one.dataset.index) > index);
  $("text").insertBefore(made, later || null);
  return made;
}
function hear() {
  hearing = 0;
  const space = live() ? unheard.search(/\s\S*$/) + 1 : unheard.length;
  if (space > 0) $("heard").textContent = unheard.slice(0, space).trim();
  unheard = unheard.slice(space);
}

function stop() {
  if (!run || !live()) return;
  run.abort.abort();
  finish(run, "stopped");
}
/** The end of a run, for whatever reason; a reason that was given before stays. */
function finish(mine, state, text) {
  if (mine !== run || mine.done) return;
  mine.done = true;
  flush();
  if (mine.reason) show(...mine.reason);
  else show(state, text);
  clearTimeout(hearing);
  hear();
  if (mine.reason === null) closeTopUp();
  showReceipt(mine);
  void settleCost(mine);
}

async function start() {
  if (live()) return;
  const mine = run = { abort: new AbortController(), before: null, url: "", charged: "", reason: null, done: false };
  clearTimeout(flushing);
  pieces = [];
  unheard = "";
  flushing = 0;
  $("text").replaceChildren();
  $("heard").textContent = "";
  $("end").hidden = true;
  $("pay").hidden = true;
  closeTopUp();
  show("starting");
  // What was spent before this answer: asked first, because afterwards the answer is part of it.
  await Promise.race([remember(mine), pause(1000)]);
  if (mine !== run || mine.done) return;
  try {
    const answer = await fetch(data.resource, {
      headers: { Accept: "text/event-stream" },
      credentials: "same-origin",
      cache: "no-store",
      signal: mine.abort.signal,
    });
    if (!answer.ok) return await refuse(mine, answer);
    mine.receiptOrigin = originOf(answer.headers.get("Payment-Receipt-Url"));
    mine.url = trusted(mine, answer.headers.get("Payment-Receipt-Url"));
    show("streaming");
    void watch(mine);
    await receive(mine, answer);
    finish(mine, "ended");
  } catch {
    finish(mine, navigator.onLine ? "broken" : "offline");
  }
}

async function refuse(mine, answer) {
  const problem = await readJson(answer);
  if (mine !== run) return;
  // Nothing was answered, so nothing has a cost.
  mine.before = null;
  if (answer.status !== 402) return finish(mine, "problem", explain(problem));
  const asked = openTopUp(problem, word(problem.balance === undefined ? "topUpAgain" : "topUpTitle"));
  mine.reason = ["payment", explain(problem)];
  $("pay").hidden = asked;
  finish(mine, "payment");
}

async function receive(mine, answer) {
  const isEvents = /^text\/event-stream/i.test(answer.headers.get("Content-Type") || "");
  const push = isEvents
    ? createEventReader({ event: (name, text) => take(mine, name, text), comment: (text) => note(mine, text) })
    : (text) => { if (text) write(0, text); };
  const decoder = new TextDecoder();
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (mine !== run || mine.done) return;
    push(done ? decoder.decode() : decoder.decode(value, { stream: true }));
    if (done) return;
  }
}
function take(mine, name, text) {
  if (name === "payment-need-topup") return waitForTopUp(parse(text));
  if (name === "payment-receipt") return keepReceipt(mine, text);
  if (name === "session-timeout") {
    const charged = amountOf(parse(text).charged);
    if (charged) mine.charged = charged.slice(1);
    $("asked-note").hidden = true;
    mine.reason = ["timeout", charged ? word("timeoutCharged", { charged }) : ""];
    return;
  }
  const { pieces: found, error } = textOf(text);
  if (error) mine.reason = ["upstream", word("upstream", { error })];
  if (data.state === "waiting" || data.state === "resumed") {
    closeTopUp();
    show("streaming");
  }
  for (const [index, piece] of found) write(index, piece);
}
function note(mine, text) {
  if (text.startsWith("payment-receipt ")) keepReceipt(mine, text.slice(16).trim());
}
function parse(text) {
  try {
    const json = JSON.parse(text);
    return json && typeof json === "object" ? json : {};
  } catch {
    return {};
  }
}
${topUpScript}${meterScript}
pressed("start", start);
pressed("stop", stop);
$("copy").addEventListener("click", async () => {
  const range = document.createRange();
  range.selectNodeContents($("text"));
  const text = [...$("text").children].map((one) => one.textContent).join("\n\n");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    document.execCommand("copy");
  }
  $("copy").textContent = word("copied");
  setTimeout(() => { $("copy").textContent = word("copy"); }, 1500);
});
const [entry] = performance.getEntriesByType("navigation");
const again = entry && (entry.type === "reload" || entry.type === "back_forward");
if (again && data.costs) show("ready");
else void start();
addEventListener("pagehide", () => { if (run) run.abort.abort(); });
`;
