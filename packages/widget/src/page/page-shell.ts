import { escapeHtml, html } from "../parts/html.ts";
import type { SafeHtml } from "../parts/html.ts";
import { pageStyle } from "./page-style.ts";

export interface Shell {
  readonly language: string;
  readonly direction: "ltr" | "rtl";
  readonly title: string;
  /** Of the policy that goes with the document. */
  readonly nonce: string;
  readonly head?: SafeHtml | null;
  readonly body: SafeHtml;
  /** Beside the page's own style; a constant of ours. */
  readonly style?: string;
  /** A constant of ours. */
  readonly script?: string;
}

/**
 * A whole document with our style.
 * @throws TypeError for a nonce that could break out of an attribute or of the policy
 */
export function renderShell(shell: Shell): string {
  const { language, direction, title, nonce, head = null, body, script } = shell;
  if (!/^[A-Za-z0-9+/_-]{8,128}={0,2}$/.test(nonce)) throw new TypeError("The nonce is not base64");
  const meta = html`<meta charset="utf-8" />${head}
    <meta name="viewport" content="width=device-width,initial-scale=1" />
    <meta name="robots" content="noindex" />
    <meta name="referrer" content="no-referrer" />
    <link rel="icon" href="data:," />
    <title>${title}</title>`;
  // Style and script are not escaped: they are constants, and hold no text from outside.
  const style = `<style nonce="${nonce}">${pageStyle}${shell.style ?? ""}</style>`;
  const code = script === undefined ? "" : `<script nonce="${nonce}">${script}</script>`;
  return `<!doctype html><html lang="${escapeHtml(language)}" dir="${direction}"><head>${meta.safe}${style}</head><body>${body.safe}${code}</body></html>`;
}
