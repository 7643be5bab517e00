/** The characters that may stand in a path as they are and that no parser rewrites. */
const PLAIN = /^[A-Za-z0-9\-_~!$&'()*+,;=:@/.]*$/;
const BAD_PERCENT = /%(?![0-9A-Fa-f]{2})/;
const ROUNDS = 4;
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Whether a raw path means the same to every parser on its way: the upstream, a proxy before it, a framework that decodes
 * twice. Canonical or refuse (never "normalise"), so that the path that is priced is the path that is fetched.
 */
export function isCanonicalPath(path: string): boolean {
  if (path.startsWith("//") || /^\/[a-z][a-z0-9+.-]*:\/\//i.test(path)) return false;
  if (PLAIN.test(path)) return !path.includes("/.") || !hasDotSegment(path);
  // Whatever is outside of PLAIN and `%` is rewritten by some parser: quotes, braces, spaces, non-ASCII, controls, `\`.
  if (!/^[A-Za-z0-9\-_~!$&'()*+,;=:@/.%]*$/.test(path) || BAD_PERCENT.test(path)) return false;
  return survivesDecoding(path) && new URL(`http://h${path}`).pathname === (path === "" ? "/" : path);
}

/**
 * Decodes as often as a chain of careless parsers would, and looks each time. Only the raw bytes must be well-formed
 * percent-encoding: `100%25` is a file name that decodes to a lone `%`.
 */
function survivesDecoding(path: string): boolean {
  let text = path;
  for (let round = 0; round < ROUNDS; round++) {
    if (hasDotSegment(text)) return false;
    const next = decodeOnce(text);
    if (next === text) return true;
    if (next === undefined) return false;
    text = next;
  }
  return !hasDotSegment(text);
}

/** One round, byte for byte; `undefined` where it yields a control byte, a backslash or invalid UTF-8. */
function decodeOnce(text: string): string | undefined {
  let found = false;
  const decoded = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => {
    found = true;
    return String.fromCharCode(Number.parseInt(hex, 16));
  });
  if (!found) return text;
  // oxlint-disable-next-line no-control-regex -- control bytes are what is looked for
  if (/[\u0000-\u001f\u007f\\]/.test(decoded)) return undefined;
  return isUtf8(decoded) ? decoded : undefined;
}

function isUtf8(latin1: string): boolean {
  try {
    DECODER.decode(Uint8Array.from(latin1, (character) => character.charCodeAt(0)));
    return true;
  } catch {
    return false;
  }
}

/** `..;x=1` counts: Tomcat and others cut the parameters before they resolve. */
function hasDotSegment(text: string): boolean {
  for (const segment of text.split(/[/\\]/)) {
    const cut = segment.indexOf(";");
    const name = cut < 0 ? segment : segment.slice(0, cut);
    if (name === "." || name === "..") return true;
  }
  return false;
}
