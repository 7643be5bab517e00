import { html } from "../parts/html.ts";
import type { SafeHtml } from "../parts/html.ts";
import type { ElementMessages } from "./element-messages.ts";

/** What went wrong, for a person, and a button (`start`) where it can be tried again. */
export function failureHtml(error: unknown, messages: ElementMessages, again: boolean): SafeHtml {
  const known = error instanceof Error ? error : new Error(String(error));
  // Browsers say only "Failed to fetch", and only to the console why.
  const text = known instanceof TypeError ? messages.unreachable : known.message;
  const button = html`<button class="go quiet" id="start" type="button">${messages.again}</button>`;
  return html`<slot></slot>
    <p class="alert" role="alert" part="error">${text}</p>
    ${again ? button : null}`;
}
