import type { SafeHtml } from "../parts/html.ts";

/** Replaces what an element holds. */
export function setHtml(target: Element | ShadowRoot, { safe }: SafeHtml): void {
  target.innerHTML = safe;
}

/** HTML as a fragment that is in no document yet. */
export function toFragment(html: SafeHtml): DocumentFragment {
  const template = document.createElement("template");
  setHtml(template, html);
  return template.content;
}
