/** A piece of HTML that is safe to insert: made by {@link html} or by hand from constants. */
export interface SafeHtml {
  readonly safe: string;
}

type Part = string | SafeHtml | readonly SafeHtml[] | null;

/**
 * Template tag: constants stay, every inserted string is escaped for text and for quoted attributes. Attributes must be
 * quoted; nothing may be inserted inside `<script>` or `<style>` except {@link raw} constants.
 */
export function html(constants: TemplateStringsArray, ...parts: readonly Part[]): SafeHtml {
  let safe = constants[0] ?? "";
  for (const [index, part] of parts.entries()) safe += insert(part) + (constants[index + 1] ?? "");
  return { safe };
}

/** Marks a constant of ours as HTML. Never for anything that came from outside. */
export function raw(constant: string): SafeHtml {
  return { safe: constant };
}

/** Escapes for text and quoted attributes; what no document may hold (NUL, lone surrogates) becomes U+FFFD. */
export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll("\0", "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** At most so many characters (code points), with an ellipsis where something was cut. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = Array.from(text.slice(0, 2 * max + 2));
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join("")}…`;
}

function insert(part: Part): string {
  if (part === null) return "";
  if (typeof part === "string") return escapeHtml(part);
  return "safe" in part ? part.safe : part.map(({ safe }) => safe).join("");
}
