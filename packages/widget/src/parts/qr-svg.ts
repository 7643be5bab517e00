import { html, raw } from "./html.ts";
import type { SafeHtml } from "./html.ts";
import { encodeQr } from "./qr-code.ts";

/** Scanners expect at least some light around a code. */
const QUIET = 3;

/** Dark on white with a quiet zone in both colour schemes, because scanners expect it; one path of row runs. */
export function qrSvg(text: string, label: string): SafeHtml {
  const rows = encodeQr(text);
  const size = String(rows.length + 2 * QUIET);
  const path = rows.map((row, y) => rowPath(row, y + QUIET)).join("");
  return html`<svg
    role="img"
    aria-label="${label}"
    viewBox="0 0 ${size} ${size}"
    shape-rendering="crispEdges"
  >
    <rect width="${size}" height="${size}" fill="#fff" />
    <path d="${raw(path)}" fill="#101514" />
  </svg>`;
}

function rowPath(row: readonly number[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length;) {
    let end = x;
    while (row[end] === 1) end++;
    if (end > x) path += `M${x + QUIET} ${y}h${end - x}v1h-${end - x}z`;
    x = end + 1;
  }
  return path;
}
