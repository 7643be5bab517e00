/**
 * Part of the stream page's script: what is left, and what this answer takes of it. Amounts are micro-dollars as BigInt.
 * While it runs, money is reserved ahead of the text: what is shown then is called set aside, and the cost at the end.
 */
export const meterScript = String.raw`
function micro(text) {
  const match = /^(\d{1,12})(?:[.](\d{1,6}))?$/.exec(text);
  return match ? BigInt(match[1]) * 1000000n + BigInt((match[2] || "").padEnd(6, "0")) : null;
}
/** "$0.0031" of a decimal text, or nothing. */
function amountOf(text) {
  return typeof text === "string" && micro(text) !== null ? "$" + text : "";
}
function dollars(amount) {
  const digits = amount.toString().padStart(7, "0");
  return "$" + digits.slice(0, -6) + "." + digits.slice(-6).replace(/0{1,4}$/, "");
}
async function readInfo() {
  try {
    const answer = await fetch(data.info, { cache: "no-store", credentials: "same-origin" });
    return answer.ok ? await readJson(answer) : null;
  } catch {
    return null;
  }
}
function taken(info) {
  const spent = micro(info.spent), held = micro(info.held);
  return spent === null || held === null ? null : spent + held;
}
async function remember(mine) {
  const info = await readInfo();
  if (mine !== run || !info || data.state !== "starting") return;
  mine.before = taken(info);
  showMeter(mine, info);
}
function showMeter(mine, info) {
  const balance = amountOf(info.balance);
  const left = balance || (info.usesLeft !== undefined && info.usesLeft !== null ? String(info.usesLeft) : "");
  const until = new Date(info.expiresAt);
  if (left) {
    $("left-label").textContent = word(balance ? "balance" : "usesLeft");
    $("left").textContent = left;
  } else if (!Number.isNaN(until.getTime())) {
    $("left-label").textContent = word("openUntil");
    $("left").textContent = until.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  } else return;
  $("meter").hidden = false;
  const now = taken(info);
  if (mine.before === null || now === null || now < mine.before) return;
  if (mine.done) showCost(mine, dollars(now - mine.before));
  else {
    $("cost-label").textContent = word("reserved");
    $("cost").textContent = dollars(now - mine.before);
    $("cost-row").hidden = now === mine.before;
  }
}
/** What the receipt says goes before what two readings of the balance differ by. */
function showCost(mine, text) {
  $("cost-label").textContent = word("cost");
  $("cost").textContent = amountOf(mine.charged) || text;
  $("cost-row").hidden = false;
  $("cost-row").removeAttribute("title");
  $("meter").hidden = false;
}
async function watch(mine) {
  $("cost-row").hidden = true;
  $("cost-row").title = word("reservedNote");
  while (mine === run && !mine.done) {
    await pause(1500);
    if (document.hidden || mine !== run || mine.done) continue;
    const info = await readInfo();
    if (info && mine === run && !mine.done) showMeter(mine, info);
  }
}
/** After the end: what was reserved and not used has returned once nothing is held any more. */
async function settleCost(mine) {
  if (mine.charged) showCost(mine, "");
  for (const wait of [0, 600, 1500, 3000]) {
    await pause(wait);
    if (mine !== run) return;
    const info = await readInfo();
    if (!info || mine !== run) return;
    if (micro(info.held) === null || micro(info.held) === 0n) return showMeter(mine, info);
  }
}

function originOf(url) {
  try { return new URL(url, location.href).origin; } catch { return location.origin; }
}
/** A link to our own receipts or nothing: the head is ours, a comment in the stream could be anybody's. */
function trusted(mine, url) {
  if (typeof url !== "string" || url === "") return "";
  try {
    const { href, origin, protocol } = new URL(url, location.href);
    const known = origin === location.origin || origin === mine.receiptOrigin;
    return known && /^https?:$/.test(protocol) ? href : "";
  } catch {
    return "";
  }
}
function keepReceipt(mine, text) {
  let json = parse(text);
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    json = parse(new TextDecoder().decode(bytes));
  } catch {
    // Plain JSON, or nothing that we know.
  }
  mine.url = trusted(mine, json.url) || mine.url;
  if (amountOf(json.charged)) mine.charged = json.charged;
}
function showReceipt(mine) {
  if (!mine.url) return;
  $("receipt").href = mine.url;
  $("end").hidden = false;
}
`;
