/** Longer than any client sends; what follows is not looked at. */
const MAX_LENGTH = 2000;

/**
 * Whether a client would rather have a page than JSON (RFC 9110, 12.5.1): `text/html` must be named and weigh more than
 * JSON does. A bare wildcard is what agents and curl send, so it is no wish for HTML.
 */
export function prefersHtml(accept: string | undefined): boolean {
  const ranges = accept?.slice(0, MAX_LENGTH).toLowerCase();
  if (ranges === undefined || !ranges.includes("text/html")) return false;
  let html = 0;
  let json = 0;
  for (const range of ranges.split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
    const weight = quality(parameters);
    if (type === "text/html") html = Math.max(html, weight);
    else if (type === "application/json" || type === "application/problem+json")
      json = Math.max(json, weight);
  }
  return html > json;
}

function quality(parameters: readonly string[]): number {
  const q = parameters.find((parameter) => parameter.startsWith("q="));
  if (q === undefined) return 1;
  return /^q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? Number(q.slice(2)) : 0;
}
