import { chooseScript } from "./choose-script.ts";

/**
 * The page's one script, a constant: everything it needs is in `data-` attributes and hidden words, so nothing is ever
 * written into it. It polls for the payment, unlocks, opens; and takes a new price before the old one expires while the
 * old invoice stays watched.
 */
export const pageScript = `(() => {
"use strict";
const $ = (id) => document.getElementById(id);
const main = $("pay"), data = main.dataset, go = $("go");
let offers = [], renewals = 0, timer = 0, delay = 1000, polling = false;

function word(name) {
  return document.querySelector('[data-word="' + name + '"]').textContent;
}
function show(state, detail) {
  data.state = state;
  const text = detail || word(state);
  if ($("state").textContent !== text) $("state").textContent = text;
  const taken = busy();
  if (go) go.setAttribute("aria-disabled", String(taken || state === "expired"));
  $("renew").hidden = state !== "expired";
  $("open").hidden = state !== "unlocked";
  $("held").hidden = taken || state === "expired" || state === "used";
}
function busy() {
  return ["paying", "seen", "unlocking", "unlocked", "waiting", "toppedUp"].includes(data.state);
}
function adopt() {
  if (!data.token) return;
  const offer = { token: data.token, hash: data.hash, bolt11: data.bolt11, until: Date.now() + 1000 * Number(data.seconds) };
  offers = [offer, ...offers.filter((old) => old.until > Date.now() - 60000)].slice(0, 5);
}
async function read(answer) {
  try { return await answer.json(); } catch { return {}; }
}
function explain(problem) {
  return problem.title ? problem.title + "." + (problem.detail ? " " + problem.detail : "") : "";
}
function post(url, body) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
}

async function unlock(offer, preimage) {
  show("unlocking");
  for (let tries = 0; ; tries++) {
    let answer, problem = {};
    try {
      answer = await post(data.unlock, { token: offer.token, preimage, resource: data.resource });
    } catch {
      show("offline");
    }
    if (answer && answer.ok && data.topup) return toppedUp();
    if (answer && answer.ok) {
      show("unlocked");
      location.replace(data.resource);
      return;
    }
    if (answer) problem = await read(answer);
    if (answer && problem.retryable !== true) {
      if (problem.code === "credential_redeemed") show("used");
      else show("problem", explain(problem));
      return schedule();
    }
    if (answer) show("waiting");
    const wait = Number(answer && answer.headers.get("Retry-After")) || Math.min(1 + tries, 10);
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
  }
}

/** Says what there is now; of somebody else's entitlement only its owner may read it. */
async function toppedUp() {
  show("toppedUp");
  if (parent !== window) parent.postMessage({ type: "x402-paywall:topped-up" }, location.origin);
  try {
    const answer = await fetch(data.resource.replace(/[.]topup([?].*)?$/, ".info"), { cache: "no-store" });
    const info = await read(answer);
    if (!answer.ok || info.entitlement !== data.topup) return;
    const name = info.balance ? "leftBalance" : info.usesLeft === undefined ? "leftPass" : "leftUses";
    const left = word(name)
      .replace("{balance}", "$" + info.balance)
      .replace("{uses}", info.usesLeft)
      .replace("{date}", new Date(info.expiresAt).toLocaleString(document.documentElement.lang));
    show("toppedUp", word("toppedUp") + " " + left);
  } catch {
    // The money has arrived; only its sum is not known here.
  }
}

async function pay() {
  if (busy() || remaining() === 0 || !(await choose()) || busy()) return;
  const offer = offers[0];
  show("paying");
  try {
    const answer = await post(data.sandbox, { bolt11: offer.bolt11 });
    const body = await read(answer);
    if (!answer.ok) return show("problem", explain(body));
    show("seen");
    await unlock(offer, body.preimage);
  } catch {
    show("offline");
  }
}

async function poll() {
  if (polling || busy()) return;
  polling = true;
  try {
    for (const offer of offers.filter((one) => one.until > Date.now() - 60000)) {
      const mark = data.status.includes("?") ? "&" : "?";
      const answer = await fetch(data.status + mark + "payment_hash=" + offer.hash, { cache: "no-store" });
      const body = answer.ok ? await read(answer) : {};
      if (data.state === "offline") show(remaining() ? "awaiting" : "expired");
      delay = answer.ok ? 1000 : Math.min(delay * 2, 15000);
      if (busy()) break;
      if (body.state === "paid") {
        show("seen");
        await unlock(offer);
        break;
      }
    }
  } catch {
    if (!busy()) show("offline");
    delay = Math.min(delay * 2, 15000);
  }
  polling = false;
}

function remaining() {
  return offers[0] ? Math.max(0, Math.round((offers[0].until - Date.now()) / 1000)) : 0;
}
function tick() {
  if (!offers[0]) return;
  const left = remaining();
  $("clock").textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
  if (busy()) return;
  if (left === 0 && data.state !== "expired" && data.state !== "offline") show("expired");
  if (left <= 30 && !document.hidden && renewals < 12 && Date.now() > renewAfter) void renew();
}

let renewing = false, renewAfter = 0;
async function renew() {
  if (renewing) return;
  renewing = true;
  renewAfter = Date.now() + 5000;
  try {
    const page = data.page;
    const taken = await take(page, () => !busy() && data.state !== "choosing" && page === data.page);
    if (!taken) return;
    renewals++;
    if (data.state === "expired" || data.state === "offline") show("awaiting");
  } catch {
    // The next tick tries again; polling says whether we are offline.
  } finally {
    renewing = false;
  }
}
/** Puts the offer of another rendering of this page in place of the one shown, if it is still wanted when it comes. */
async function take(url, wanted) {
  const stop = new AbortController();
  const answer = await fetch(url, { headers: { Accept: "text/html" }, cache: "no-store", signal: stop.signal });
  if (answer.status !== 402) {
    stop.abort();
    if (answer.ok) location.replace(data.resource);
    return false;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = fresh.getElementById("pay");
  if (!next || !wanted()) return false;
  for (const name of ["token", "hash", "bolt11", "seconds", "page"]) data[name] = next.dataset[name] || "";
  for (const old of document.querySelectorAll("[data-renew]")) {
    const part = fresh.getElementById(old.id);
    if (!part) continue;
    if (old.tagName === "INPUT") old.value = part.value;
    else if (old.tagName === "A") old.setAttribute("href", part.getAttribute("href"));
    else old.replaceChildren(...part.childNodes);
  }
  adopt();
  tick();
  return true;
}

async function copy() {
  const field = $("invoice"), button = $("copy");
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select();
    document.execCommand("copy");
  }
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = button.dataset.label; }, 1500);
}

function schedule() {
  clearTimeout(timer);
  if (!offers[0] || data.state === "unlocked" || data.state === "toppedUp") return;
  timer = setTimeout(async () => {
    await poll();
    schedule();
  }, document.hidden ? Math.max(delay, 10000) : delay);
}

${chooseScript}
if (parent !== window) document.documentElement.className = "framed";
adopt();
if (go && go.tagName === "BUTTON") {
  go.hidden = false;
  go.addEventListener("click", () => void pay());
}
if ($("copy")) {
  $("copy").hidden = false;
  $("copy").addEventListener("click", () => void copy());
  $("invoice").addEventListener("focus", (event) => event.target.select());
}
$("renew").addEventListener("click", (event) => {
  event.preventDefault();
  renewals = 0;
  void renew();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  delay = 1000;
  tick();
  void poll();
  schedule();
});
addEventListener("online", () => { delay = 1000; void poll(); schedule(); });
addEventListener("offline", () => { if (!busy()) show("offline"); });
setInterval(tick, 1000);
tick();
schedule();
})();`;
