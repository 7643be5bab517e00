import type { ProblemDocument } from "@x402-paywall/core";

const STYLE =
  ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:18vh auto;padding:0 1rem}" +
  "h1{font-size:1.25rem}p{margin:.5rem 0}code{font-size:.875rem;opacity:.7}";
/** Hash of {@link STYLE}; a test holds the two together. */
export const STYLE_HASH = "RbxLv8wAWI2gjsz++W2AEdgPlRM2h71CsvJvYpfPAf4=";

/**
 * A refusal for people: one heading, one sentence, the code to quote. No script, nothing from elsewhere.
 * @param framed Shown inside of a page of ours.
 * @param retryAfter Seconds, where the same may work then.
 */
export function problemPage(
  document: ProblemDocument,
  framed = false,
  retryAfter?: number,
): { readonly html: string; readonly csp: string } {
  const detail = document.detail === undefined ? "" : `<p>${escapeHtml(document.detail)}</p>`;
  const retry = retryAfter === undefined ? "" : `<p>It can be tried again in ${retryAfter} s.</p>`;
  return plainPage(
    document.title,
    `${detail}${retry}<p><code>${document.status} ${document.code}</code></p>`,
    framed,
  );
}

/** @param body HTML. */
export function plainPage(
  title: string,
  body: string,
  framed = false,
): { readonly html: string; readonly csp: string } {
  const html =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>` +
    `<body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`;
  const csp = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors ${framed ? "'self'" : "'none'"}`;
  return { html, csp };
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
