/** Part of the stream page's script: the frame in which somebody tops up, while the text stays where it is. */
export const topUpScript = String.raw`
let frame = null;

function waitForTopUp(asked) {
  flush();
  show("waiting");
  openTopUp(asked, word("topUpTitle"));
  $("asked-note").hidden = false;
}
/** Only ever the top-up of this endpoint: the stream's bytes are the creator's, and must not choose what is framed. */
function openTopUp(asked, title) {
  const base = data.info.replace(/[.]info$/, ".topup");
  let query = "";
  try {
    const url = new URL(String(asked.topUpUrl), location.href);
    if (url.pathname === base) query = url.search;
  } catch {
    // Not an address: the entitlement says the same.
  }
  if (!query && /^ent_[\w-]{1,60}$/.test(asked.entitlement)) query = "?entitlement=" + asked.entitlement;
  if (!query) return false;
  $("asked").textContent = title;
  $("asked-note").hidden = true;
  const src = base + query;
  if (!frame || frame.getAttribute("src") !== src) {
    frame = document.createElement("iframe");
    frame.title = $("frame").dataset.title;
    frame.setAttribute("src", src);
    frame.addEventListener("load", fit);
    $("frame").replaceChildren(frame);
  }
  $("ask").hidden = false;
  $("ask").scrollIntoView({ block: "nearest" });
  return true;
}
/** As high as what it shows, so that nothing scrolls twice. */
function fit() {
  const shown = frame && frame.contentDocument && frame.contentDocument.body;
  if (!shown) return;
  const resize = () => { if (frame) frame.style.height = shown.offsetHeight + "px"; };
  new ResizeObserver(resize).observe(shown);
  resize();
}
function closeTopUp() {
  if (!frame) return;
  const focused = document.activeElement === frame;
  frame = null;
  $("ask").hidden = true;
  $("frame").replaceChildren();
  if (focused) ($("stop").hidden ? $("start") : $("stop")).focus();
}
addEventListener("message", (event) => {
  if (event.origin !== location.origin || !frame || event.source !== frame.contentWindow) return;
  if (!event.data || event.data.type !== "x402-paywall:topped-up") return;
  const state = data.state;
  if (state === "waiting") show("resumed");
  else show("toppedUp");
  closeTopUp();
  // Nothing had begun: this is what was just paid for.
  if (state === "payment") void start();
});
`;
