import { html } from "../parts/html.ts";
import type { SafeHtml } from "../parts/html.ts";
import { topUpOf } from "../parts/slip.ts";
import type { Slip } from "../parts/slip.ts";
import { agentSnippets } from "./agent-snippets.ts";
import type { PageMessages } from "./page-messages.ts";

/** Whether a payment here can be handed to a program: a Lightning invoice of L402, and something that is called. */
function canHandOut(slip: Slip): boolean {
  return slip.lightning !== null && slip.lightning.token !== "" && topUpOf(slip.terms) === undefined;
}

/** "I pay here and use it in a program". Hidden until there is a script that makes it work. */
export function programChoice(slip: Slip, { program }: PageMessages): SafeHtml | null {
  if (!canHandOut(slip)) return null;
  return html`<div id="program-choice" hidden>
    <label class="check">
      <input type="checkbox" id="program" aria-describedby="program-note" /> <span>${program.choose}</span>
    </label>
    <p class="note" id="program-note">${program.note}</p>
  </div>`;
}

/** Where the finished credential is shown once it is paid. */
export function credentialPart(slip: Slip, messages: PageMessages): SafeHtml | null {
  if (!canHandOut(slip)) return null;
  const { program, copy, copied } = messages;
  const { handedOut } = agentSnippets(slip);
  const says = html`data-label="${copy}" data-done="${copied}"`;
  return html`<section class="credential" id="credential" aria-labelledby="credential-title" hidden>
    <div class="line">
      <h2 id="credential-title">${program.header}</h2>
      <button class="go quiet" id="credential-header-copy" type="button" ${says}>${copy}</button>
    </div>
    <pre id="credential-header" dir="ltr"></pre>
    <div class="line">
      <h2>${program.command}</h2>
      <button class="go quiet" id="credential-curl-copy" type="button" ${says}>${copy}</button>
    </div>
    <pre id="credential-curl" dir="ltr" data-template="${handedOut}"></pre>
    <p class="note">${slip.terms?.kind === "use" ? program.once : program.more}</p>
    <div class="line">
      <button class="go quiet" id="open-here" type="button">${program.openHere}</button>
      <button class="go quiet" id="buy-another" type="button">${program.another}</button>
    </div>
  </section>`;
}
