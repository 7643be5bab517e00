/** A path as one router could read it: its segments in lower case, decoded. */
export type PathReading = readonly string[];

export interface PathReadings {
  /** The most forgiving one first. */
  readonly all: readonly PathReading[];
  /** Whether nobody writes a path so who means well: routers that read it apart must not lead to two prices. */
  readonly isOdd: boolean;
}

const CHARACTER = "A-Za-z0-9\\-_~!$&'()*+,=:@";
/** What no router reads in two ways: no escapes, parameters, dot segments, backslashes, doubled slashes. */
const PLAIN = new RegExp(`^(?:/[${CHARACTER}][${CHARACTER}.]*)*$`);
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\//i;
const ROUNDS = 2;

/**
 * The ways in which routers read the path of a raw target: an encoded slash divides or does not, parameters (`;x=1`) are
 * cut, dot segments resolved, empty segments dropped.
 */
export function readPath(target: string): PathReadings {
  const paths = pathsOf(target);
  const [path = ""] = paths;
  if (paths.length === 1 && PLAIN.test(path)) return { all: [splitPlain(path)], isOdd: false };
  if (paths.length === 1 && path.endsWith("/") && PLAIN.test(path.slice(0, -1))) {
    const segments = splitPlain(path.slice(0, -1));
    // To some routers the slash at the end begins an empty parameter.
    return { all: path === "/" ? [segments] : [segments, [...segments, ""]], isOdd: false };
  }
  return { all: paths.flatMap(readOdd), isOdd: true };
}

function splitPlain(path: string): PathReading {
  return path === "" ? [] : path.slice(1).toLowerCase().split("/");
}

function readOdd(path: string): readonly PathReading[] {
  const readings = new Map<string, PathReading>();
  for (const segments of divide(path))
    for (const cut of [cutParameters, same])
      for (const resolve of [resolveDots, same])
        for (const collapse of [dropEmpty, same]) {
          const reading = collapse(resolve(segments.map(cut)));
          readings.set(JSON.stringify(reading), reading);
        }
  return [...readings.values()];
}

/** The segments of a rule's path, as it is written. */
export function readRulePath(path: string): PathReading {
  return dropEmpty(path.split("/")).map((segment) => decode(segment, ROUNDS).toLowerCase());
}

/** A proxy's absolute target, `http://host/path`, is routed by its path; where that begins is read in two ways as well. */
function pathsOf(target: string): readonly string[] {
  const [scheme] = ABSOLUTE.exec(target) ?? [];
  if (scheme === undefined) return [cutQuery(target)];
  const rest = target.slice(scheme.length);
  const slash = rest.indexOf("/");
  const paths = [cutQuery(rest.replace(/^[^/?#\\]*/, "")), slash < 0 ? "" : cutQuery(rest.slice(slash))];
  return paths.map((path) => (path === "" ? "/" : path));
}

function cutQuery(target: string): string {
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}

/** Divided after each round of decoding, and decoded to the end. */
function divide(path: string): readonly (readonly string[])[] {
  const divided: string[][] = [];
  let text = path;
  for (let round = 0; round <= ROUNDS; round++) {
    const left = ROUNDS - round;
    const segments = text.split(round === 0 ? "/" : /[/\\]/).slice(text.startsWith("/") ? 1 : 0);
    divided.unshift(segments.map((segment) => decode(segment, left).toLowerCase()));
    text = decode(text, 1);
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

function cutParameters(segment: string): string {
  return segment.split(";", 1)[0] ?? "";
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

function same<T>(value: T): T {
  return value;
}
