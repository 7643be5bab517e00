import { encode } from "uqr";
import { html, raw } from "./html.ts";
import type { SafeHtml } from "./html.ts";

/** Dark on white with a quiet zone in both colour schemes, because scanners expect it; one path of row runs. */
export function qrSvg(text: string, label: string): SafeHtml {
  const { size, data } = encode(text, { ecc: "L", border: 3 });
  const path = data.map((row, y) => rowPath(row, y)).join("");
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

function rowPath(row: readonly boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length;) {
    let end = x;
    while (row[end] === true) end++;
    if (end > x) path += `M${x} ${y}h${end - x}v1h-${end - x}z`;
    x = end + 1;
  }
  return path;
}
