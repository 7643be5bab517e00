import { html } from "../parts/html.ts";
import type { SafeHtml } from "../parts/html.ts";
import type { ElementMessages } from "./element-messages.ts";

/** The frame around a paid answer: what it is, its receipt, what came, and what can be done with it. */
export function answerHtml(messages: ElementMessages, receiptUrl: string, said: string): SafeHtml {
  const { answer } = messages;
  const receipt = html`<a href="${receiptUrl}" target="_blank" rel="noopener">${answer.receipt}</a>`;
  return html`<section
    class="answer"
    id="answer"
    part="answer"
    aria-label="${answer.body}"
    data-state="arriving"
  >
    <div class="state">
      <output id="state" role="status" aria-live="polite">${said}</output>
      ${receiptUrl === "" ? null : receipt}
    </div>
    <div id="content"></div>
    <p class="off" id="heard" aria-live="polite"></p>
    <div class="tools">
      <button class="go quiet" id="stop" type="button" hidden>${answer.stop}</button>
      <button class="go" id="topup" type="button" hidden>${answer.topUp}</button>
      <button class="go quiet" id="copy" type="button" hidden>${messages.copy}</button>
      <a class="go quiet" id="save" hidden>${answer.save}</a>
    </div>
  </section>`;
}

const tokens = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Longer texts are shown plain: a hundred thousand spans would only be slow. */
const MOST_COLOURED = 100_000;

/** JSON with its keys, texts and values told apart. */
export function jsonHtml(text: string): SafeHtml {
  if (text.length > MOST_COLOURED) return html`<pre dir="ltr" tabindex="0">${text}</pre>`;
  const parts: SafeHtml[] = [];
  let offset = 0;
  for (const match of text.matchAll(tokens)) {
    const [whole, string = "", colon = ""] = match;
    parts.push(html`${text.slice(offset, match.index)}`);
    if (string === "") parts.push(html`<span class="value">${whole}</span>`);
    else parts.push(html`<span class="${colon === "" ? "text" : "key"}">${string}</span>${colon}`);
    offset = match.index + whole.length;
  }
  return html`<pre dir="ltr" tabindex="0">${parts}${text.slice(offset)}</pre>`;
}
