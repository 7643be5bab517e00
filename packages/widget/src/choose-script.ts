/**
 * Part of the page's script: a payer names an amount, and the offer is replaced in place. Nobody can pay the price of the
 * amount before: what starts a payment asks `choose` first. Uses `take`, `show`, `busy`, `read` and `explain`.
 */
export const chooseScript = `
const form = $("choose"), amount = $("amount");
let chosen = amount ? amount.value : "", turn = 0, chooseTimer = 0, choosing = null;

function choose() {
  clearTimeout(chooseTimer);
  if (!amount || busy() || amount.value === chosen) {
    if (amount && amount.hasAttribute("aria-invalid")) {
      amount.removeAttribute("aria-invalid");
      if (!busy()) show("awaiting");
    }
    return choosing || Promise.resolve(!busy());
  }
  if (!amount.checkValidity()) {
    amount.setAttribute("aria-invalid", "true");
    show("problem", amount.dataset.wrong);
    return Promise.resolve(false);
  }
  const mine = ++turn, value = amount.value;
  chosen = value;
  amount.removeAttribute("aria-invalid");
  show("choosing");
  choosing = ask(form.action + "?" + new URLSearchParams(new FormData(form)), () => mine === turn && !busy());
  const asked = choosing.then((taken) => {
    if (mine !== turn) return choose();
    choosing = null;
    if (!taken) chosen = "";
    return taken;
  });
  return choosing = asked;
}
async function ask(url, wanted) {
  try {
    if (await take(url, wanted)) {
      show("awaiting");
      return true;
    }
    if (!wanted()) return false;
    const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" });
    const problem = await read(answer);
    if (wanted()) show("problem", explain(problem));
  } catch {
    if (wanted()) show("offline");
  }
  return false;
}
if (form) {
  // The page says by itself what is wrong, in its own language.
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void choose();
  });
  amount.addEventListener("change", () => void choose());
  amount.addEventListener("input", () => {
    clearTimeout(chooseTimer);
    chooseTimer = setTimeout(() => { if (amount.checkValidity()) void choose(); }, 700);
  });
}
if (go && go.tagName === "A") go.addEventListener("click", async (event) => {
  if (!amount || (amount.value === chosen && !choosing)) return;
  event.preventDefault();
  if (await choose()) location.href = go.href;
});
`;
