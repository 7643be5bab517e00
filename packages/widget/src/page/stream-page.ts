import type { Price, RenderedPage, StreamPageInput } from "@x402-paywall/core";
import { streamBundle } from "../bundled/stream-bundle.ts";
import { cut, html } from "../parts/html.ts";
import type { SafeHtml } from "../parts/html.ts";
import { renderShell } from "./page-shell.ts";
import { englishStream } from "./stream-messages.ts";
import type { StreamMessages } from "./stream-messages.ts";
import { streamStyle } from "./stream-style.ts";

/**
 * A paid event stream for people: the text as it arrives, what it costs, Stop, and a top-up in the page where the balance
 * runs out. One document below 20 kB gzipped; its script asks for `resourcePath` and `infoUrl`, nothing else.
 * @throws TypeError for a nonce that could break out of the policy.
 */
export function renderStreamPage(
  input: StreamPageInput,
  messages: StreamMessages = englishStream,
): RenderedPage {
  const page = renderShell({
    language: messages.language,
    direction: messages.direction,
    title: cut(input.title, 120),
    nonce: input.nonce,
    style: streamStyle,
    script: streamBundle,
    body: body(input, messages),
  });
  return { html: page, csp: contentPolicy(input.nonce) };
}

function body(input: StreamPageInput, messages: StreamMessages): SafeHtml {
  const badge = html`<span class="badge" title="${messages.testNote}">${messages.test}</span>`;
  return html`<main
    class="wide"
    id="stream"
    data-state="ready"
    data-resource="${input.resourcePath}"
    data-info="${input.infoUrl}"
    data-costs="${costsEachStart(input.price) ? "1" : ""}"
  >
    <div class="slip ${input.mode}">
      <div class="top">
        <h1 dir="auto">${cut(input.title, 120)}</h1>
        ${input.mode === "test" ? badge : null}
      </div>
      <p class="by">${messages.by} <bdi>${cut(input.creatorName, 80)}</bdi></p>
      <p class="rate">${messages.price(input.price)}</p>
      <section class="text" id="text" aria-label="${messages.answer}" aria-busy="false"></section>
      <p class="off" id="heard" aria-live="polite"></p>
      ${topUpPart(messages)} ${bar(input, messages)}
    </div>
    <p class="foot">${input.mode === "test" ? `${messages.testNote} ` : ""}${messages.creatorText}</p>
    <div hidden>${words(messages)}</div>
  </main>`;
}

/** Empty until the balance runs out: the script gives the frame its address. */
function topUpPart(messages: StreamMessages): SafeHtml {
  return html`<section class="ask" id="ask" aria-labelledby="asked" hidden>
    <h2 id="asked">${messages.topUpTitle}</h2>
    <p class="note" id="asked-note">${messages.topUpNote}</p>
    <div id="frame" data-title="${messages.topUpFrame}"></div>
  </section>`;
}

function bar(input: StreamPageInput, messages: StreamMessages): SafeHtml {
  const { meter } = messages;
  const costs = html`<p class="end costs">${messages.chargedAgain}</p>`;
  return html`<div class="bar">
    <div class="state">
      <output id="state" role="status" aria-live="polite">${messages.states.ready}</output>
    </div>
    <dl class="meter" id="meter" hidden>
      <div>
        <dt id="left-label">${meter.balance}</dt>
        <dd id="left"></dd>
      </div>
      <div id="cost-row" title="${meter.reservedNote}" hidden>
        <dt id="cost-label">${meter.reserved}</dt>
        <dd id="cost"></dd>
      </div>
    </dl>
    <div class="tools">
      <button class="go quiet" id="stop" type="button" hidden>${messages.stop}</button>
      <button class="go" id="start" type="button" hidden>${messages.start}</button>
      <a class="go" id="pay" href="${input.resourcePath}" hidden>${messages.payAgain}</a>
      <button class="go quiet" id="copy" type="button" hidden>${messages.copy}</button>
    </div>
    ${costsEachStart(input.price) ? costs : null}
    <p class="end" id="end" hidden><a id="receipt" rel="noopener" target="_blank">${messages.receipt}</a></p>
    <noscript>
      <p class="note">${messages.noScript}</p>
      <a class="go" href="${input.rawUrl ?? input.resourcePath}">${messages.raw}</a>
    </noscript>
  </div>`;
}

function words(messages: StreamMessages): readonly SafeHtml[] {
  return Object.entries(streamWords(messages)).map(
    ([name, text]) => html`<span data-word="${name}">${text}</span>`,
  );
}

function streamWords(messages: StreamMessages) {
  const { states, meter, startAgain, copy, copied, choice, topUpTitle, topUpAgain } = messages;
  return { ...states, ...meter, startAgain, copy, copied, choice, topUpTitle, topUpAgain };
}

/** A word that the stream page's script may ask for. */
export type StreamWord = keyof ReturnType<typeof streamWords>;

/** Then a reload does not start by itself: nobody pays twice by a slip of the finger. */
function costsEachStart(price: Price): boolean {
  if (price.model === "metered" || price.model === "bundle") return true;
  return price.model === "pass" && price.maxUses !== null;
}

function contentPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "frame-src 'self'",
    "img-src data:",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
}
