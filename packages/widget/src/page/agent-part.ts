import { html, raw } from "../parts/html.ts";
import type { SafeHtml } from "../parts/html.ts";
import { topUpOf } from "../parts/slip.ts";
import type { Slip } from "../parts/slip.ts";
import { x402Part } from "../parts/x402-part.ts";
import { agentSnippets } from "./agent-snippets.ts";
import { programChoice } from "./credential-part.ts";
import type { PageMessages } from "./page-messages.ts";

/** What somebody needs who pays with a program. */
export function agentPart(slip: Slip, messages: PageMessages, open: boolean): SafeHtml {
  const { ask, choosesAmount, pay, use, again, offer } = agentSnippets(slip);
  const amount = html`<p class="note">${messages.agentsAmount}</p>`;
  const toUse = topUpOf(slip.terms) === undefined ? messages.agentsUse : messages.topUp.agentsUse;
  return html`<details ${raw(open ? "open" : "")}>
    <summary>${messages.agents}</summary>
    ${open ? null : programChoice(slip, messages)}
    <div id="agents" data-renew>
      ${step(messages.agentsAsk, ask)} ${choosesAmount ? amount : null}
      ${pay === null ? null : step(messages.agentsPay, pay)} ${use === null ? null : step(toUse, use)}
      ${again === null ? null : step(messages.agentsAgain, again)} ${step(messages.agentsOffer, offer)}
      ${slip.lightning === null ? null : x402Part(slip, messages)}
    </div>
  </details>`;
}

function step(title: string, text: string): SafeHtml {
  return html`<h2>${title}</h2>
    <pre dir="ltr">${text}</pre>`;
}
