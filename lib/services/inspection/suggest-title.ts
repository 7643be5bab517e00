/** A first title from the URL alone: `https://api.example.com/v1/weather-today` is `Weather today`. */
export function suggestTitle(url: string): string {
  const { hostname, pathname } = new URL(url);
  const last = pathname.split("/").findLast((segment) => segment !== "") ?? "";
  const words = decodeSegment(last)
    .replace(/\.[A-Za-z0-9]{1,5}$/, "")
    .replaceAll(/[-_+.\s]+/g, " ")
    .trim();
  const text = words === "" || /^v?\d+$/i.test(words) ? hostname.replace(/^www\./, "") : words;
  return toTitle(text.charAt(0).toUpperCase() + text.slice(1)) ?? hostname;
}

/** Text of a stranger's server as a title: one line without controls, at most 120 characters; `undefined` if empty. */
export function toTitle(text: string): string | undefined {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029\s]+/gu, " ")
    .trim();
  const short = [...line].slice(0, 120).join("");
  return short === "" ? undefined : short;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
