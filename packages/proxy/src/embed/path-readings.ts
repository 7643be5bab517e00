/** A path as one router could read it: its segments, decoded. */
export type PathReading = readonly string[];

export interface PathReadings {
  /** The most forgiving one first; none where it cannot be told what is asked for. */
  readonly all: readonly PathReading[];
  /** Whether routers may disagree about more than a slash at the end. */
  readonly isOdd: boolean;
}

const CHARACTER = "A-Za-z0-9\\-_~!$&'()*+,=:@";
/** What no router reads in two ways: no escapes, parameters, dot segments, backslashes, doubled slashes. */
const PLAIN = new RegExp(`^(?:/[${CHARACTER}][${CHARACTER}.]*)*$`);
const ROUNDS = 2;
/** Odd paths are read many times over: what nobody sends must not cost us milliseconds. */
const MAX_ODD_SEGMENTS = 128;

/**
 * The ways in which routers read the path of a raw target: an encoded slash divides or does not, parameters (`;x=1`) are
 * cut, dot segments resolved, empty segments dropped.
 */
export function readPath(target: string): PathReadings {
  const path = findPath(target);
  if (path === undefined) return { all: [], isOdd: true };
  if (PLAIN.test(path)) return { all: [splitPlain(path)], isOdd: false };
  if (path.endsWith("/") && PLAIN.test(path.slice(0, -1))) {
    const segments = splitPlain(path.slice(0, -1));
    // To some routers the slash at the end begins an empty parameter.
    return { all: path === "/" ? [segments] : [segments, [...segments, ""]], isOdd: false };
  }
  return { all: readOdd(path), isOdd: true };
}

function splitPlain(path: string): PathReading {
  return path === "" ? [] : path.slice(1).split("/");
}

/** Only what is there is read in more than one way: all ways together are a hundred and more. */
function readOdd(path: string): readonly PathReading[] {
  const plain = decode(path, ROUNDS);
  if (plain.split(/[/\\]/).length > MAX_ODD_SEGMENTS) return [];
  const cuts = plain.includes(";") ? [cutParameters, same] : [same];
  const resolves = /[/\\]\./.test(plain) ? [resolveDots, same] : [same];
  const collapses = /[/\\](?:[/\\;]|$)/.test(plain) ? [dropEmpty, dropInnerEmpty, same] : [same];
  const paths = path.includes("\\") ? [path.replaceAll("\\", "/"), path] : [path];
  // Fastify can be told that a path ends at its first `;`.
  const ends = cuts.length > 1 ? paths.flatMap((each) => [each, cutParameters(each)]) : paths;
  return ends
    .flatMap(divide)
    .flatMap((segments) => cuts.map((cut) => segments.map(cut)))
    .flatMap((segments) => resolves.map((resolve) => resolve(segments)))
    .flatMap((segments) => collapses.map((collapse) => collapse(segments)));
}

/** The segments of a rule's path, as it is written. */
export function readRulePath(path: string): PathReading {
  return dropEmpty(path.split("/")).map((segment) => decode(segment, ROUNDS));
}

/** @returns `undefined` for what is no path, which HTTP/2 lets through and Fastify routes by all but its first character. */
function findPath(target: string): string | undefined {
  if (target.startsWith("/")) return cutQuery(target);
  if (target === "*") return "/";
  // As a client asks a proxy, and as each server has to understand it.
  const [origin] = /^https?:\/\/[^/?#\\]+/i.exec(target) ?? [];
  const rest = origin === undefined ? "" : target.slice(origin.length);
  return rest.startsWith("/") ? cutQuery(rest) : undefined;
}

/** Trimmed as Express does where it sees a byte that some count as a space. */
function cutQuery(target: string): string {
  const end = target.search(/[?#]/);
  return (end < 0 ? target : target.slice(0, end)).trimEnd();
}

/** Divided after each round of decoding, and decoded to the end. */
function divide(path: string): readonly PathReading[] {
  const divided: PathReading[] = [];
  let text = path;
  for (let left = ROUNDS; left >= 0; left--) {
    const segments = text.split(left === ROUNDS ? "/" : /[/\\]/).slice(text.startsWith("/") ? 1 : 0);
    divided.unshift(segments.map((segment) => decode(segment, left)));
    const next = decode(text, 1);
    if (next === text) break;
    text = next;
  }
  return divided;
}

/** As often as a proxy and a framework would; what cannot be decoded stays. */
function decode(text: string, rounds: number): string {
  let decoded = text;
  for (let round = 0; round < rounds && decoded.includes("%"); round++) {
    decoded = decoded.replace(/(?:%[0-9A-Fa-f]{2})+/g, (encoded) => {
      try {
        return decodeURIComponent(encoded);
      } catch {
        return encoded;
      }
    });
  }
  return decoded;
}

function cutParameters(text: string): string {
  return text.split(";", 1)[0] ?? "";
}

function resolveDots(segments: PathReading): PathReading {
  const resolved: string[] = [];
  for (const segment of segments) {
    if (segment === "..") resolved.pop();
    else if (segment !== ".") resolved.push(segment);
  }
  return resolved;
}

function dropEmpty(segments: PathReading): PathReading {
  return segments.filter((segment) => segment !== "");
}

/** A slash at the end begins an empty parameter. */
function dropInnerEmpty(segments: PathReading): PathReading {
  return segments.filter((segment, at) => segment !== "" || at === segments.length - 1);
}

function same<T>(value: T): T {
  return value;
}
