import type { PaymentPageInput, RenderedPage } from "@x402-paywall/core";
import { pageBundle } from "../bundled/page-bundle.ts";
import { dollars } from "../parts/amounts.ts";
import { cut, html } from "../parts/html.ts";
import type { SafeHtml } from "../parts/html.ts";
import {
  checkoutWords,
  promise,
  scanPart,
  slipData,
  stateLine,
  summary,
  waysToPay,
  words,
} from "../parts/slip-parts.ts";
import { choosePart } from "../parts/choice.ts";
import { topUpOf } from "../parts/slip.ts";
import type { Slip } from "../parts/slip.ts";
import { agentPart } from "./agent-part.ts";
import { credentialPart } from "./credential-part.ts";
import { english } from "./page-messages.ts";
import type { PageMessages } from "./page-messages.ts";
import { renderShell } from "./page-shell.ts";
import { x402Part } from "../parts/x402-part.ts";
import { slipOfPage } from "./slip-of-page.ts";
import { walletPart } from "./wallet-part.ts";

/**
 * The 402 for people: one document without any request of its own, below 20 kB gzipped. Works without JavaScript (QR and
 * a form); with it the payment is noticed and the content opens by itself.
 * @throws TypeError for a nonce that could break out of the policy, and for a `sandboxPayUrl` that is no URL.
 */
export function renderPaymentPage(input: PaymentPageInput, messages: PageMessages = english): RenderedPage {
  const opens = input.method === "GET" || input.method === "HEAD";
  const slip = slipOfPage(input, messages);
  const page = renderShell({
    language: messages.language,
    direction: messages.direction,
    title: `${cut(input.title, 120)} · ${dollars(input.quote.amount)}`,
    nonce: input.nonce,
    ...(opens ? { head: noScriptRefresh(slip), script: pageBundle } : {}),
    body: opens ? forPeople(slip, input, messages) : forPrograms(slip, messages),
  });
  return { html: page, csp: contentPolicy(input) };
}

function forPeople(slip: Slip, input: PaymentPageInput, pageMessages: PageMessages): SafeHtml {
  const { lightning } = slip;
  const { x402, agentsX402 } = pageMessages;
  const wallet = walletPart(input, slip, pageMessages);
  const messages = wallet === null ? pageMessages : { ...pageMessages, x402: { ...x402, how: agentsX402 } };
  return html`<main id="pay" ${slipData(slip)} ${pageData(slip)}>
    <div class="slip ${slip.mode}">
      ${summary(slip, messages)} ${payParts(slip, wallet, messages)} ${stateLine(slip, messages)}
      ${openLink(slip, messages)} ${credentialPart(slip, messages)}
      ${lightning === null ? null : scanPart(slip, lightning, messages)}
      ${lightning !== null || wallet === null ? null : coins(slip, messages)}
    </div>
    ${agentPart(slip, messages, lightning === null && wallet === null)} ${foot(slip, messages)}
    ${words(pageWords(messages))}
  </main>`;
}

/** Beside the slip's own: what a page of ours opens, and what its top-up adds to. */
function pageData({ resourcePath, terms }: Slip): SafeHtml {
  return html`data-resource="${resourcePath}" data-topup="${topUpOf(terms)?.into ?? ""}"`;
}

/** Lightning first, where it is offered; else the wallet's button. */
function payParts(slip: Slip, wallet: SafeHtml | null, messages: PageMessages): SafeHtml {
  if (wallet === null || slip.lightning !== null)
    return waysToPay(slip, messages, html`${webLn(slip, messages)}${paidForm(slip, messages)}${wallet}`);
  return html`${choosePart(slip, messages)}${wallet}
    <noscript><p class="note lone">${messages.stablecoinOnly}</p></noscript>`;
}

/** The script moves it to the front where the browser has such a wallet; the sandbox's invoices are not for it. */
function webLn({ lightning, sandboxPayUrl }: Slip, { payWebLn }: PageMessages): SafeHtml | null {
  if (lightning === null || sandboxPayUrl !== "") return null;
  return html`<button class="go" id="webln" type="button" hidden>${payWebLn}</button>`;
}

/** What a wallet is about to sign: how much, where, to whom. */
function coins(slip: Slip, messages: PageMessages): SafeHtml {
  return html`<div class="scan">${x402Part(slip, messages)}</div>`;
}

/** Shown when it is paid, for a browser that does not go there by itself. */
function openLink({ resourcePath }: Slip, { open }: PageMessages): SafeHtml {
  return html`<a class="go" id="open" href="${resourcePath}" hidden>${open}</a>`;
}

/** Where no script runs, a person says that the invoice is paid. */
function paidForm(slip: Slip, messages: PageMessages): SafeHtml {
  return html`<noscript>
    <form method="post" action="${slip.unlockUrl}">
      <input type="hidden" name="token" value="${slip.lightning?.token ?? ""}" />
      <input type="hidden" name="resource" value="${slip.resourcePath}" />
      <button class="go" type="submit">${messages.iHavePaid}</button>
      <p class="note">${messages.noScript}</p>
    </form>
  </noscript>`;
}

/** A method that a browser does not open: no wallet, no script, the lines for a program instead. */
function forPrograms(slip: Slip, messages: PageMessages): SafeHtml {
  return html`<main>
    <div class="slip ${slip.mode}">
      ${summary(slip, messages)}
      <p class="note lone">
        ${messages.calledWith} <code>${cut(slip.method, 20)}</code>. ${promise(slip, messages)}
      </p>
    </div>
    ${agentPart(slip, messages, true)} ${foot(slip, messages)}
  </main>`;
}

function pageWords({ topUp: { leftBalance, leftUses, leftPass }, ...messages }: PageMessages) {
  const { unlocked, toppedUp, handedOut } = messages.states;
  const { settling, unsettled, late, renewed, webLn: wallet, program } = messages;
  return {
    ...checkoutWords(messages),
    unlocked,
    toppedUp,
    handedOut,
    late,
    renewed,
    webLnArriving: wallet.arriving,
    webLnRejected: wallet.rejected,
    webLnFailed: wallet.failed,
    webLnSilent: wallet.silent,
    programPaid: program.paid,
    leftBalance,
    leftUses,
    leftPass,
    settling,
    unsettled,
  };
}

/** A word that the page's script may ask for. */
export type PageWord = keyof ReturnType<typeof pageWords>;

function foot({ mode }: Slip, messages: PageMessages): SafeHtml {
  return html`<p class="foot">${mode === "test" ? `${messages.testNote} ` : ""}${messages.creatorText}</p>`;
}

/** A minute after the end, so that nobody loses the form of an invoice that was paid at the last second. */
function noScriptRefresh({ secondsLeft }: Slip): SafeHtml {
  return html`<noscript><meta http-equiv="refresh" content="${String(secondsLeft + 60)}" /></noscript>`;
}

function contentPolicy(input: PaymentPageInput): string {
  const { nonce, sandboxPayUrl } = input;
  const sandbox = sandboxPayUrl === null ? "" : ` ${new URL(sandboxPayUrl).origin}`;
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `connect-src 'self'${sandbox}`,
    "img-src data:",
    "form-action 'self'",
    // The page of a stream asks for a top-up in a frame of its own.
    `frame-ancestors '${topUpOf(input.quote.terms) === undefined ? "none" : "self"}'`,
    "base-uri 'none'",
  ].join("; ");
}
