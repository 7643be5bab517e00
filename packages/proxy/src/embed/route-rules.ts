import { PaywallConfigError } from "./config-error.ts";
import { type PathReading, readPath, readRulePath } from "./path-readings.ts";
import type { PriceInput } from "./price-input.ts";

/** A rule of the configuration: `"GET /weather/*"`. */
export interface RouteRule {
  /** As the configuration spells it. */
  readonly key: string;
  /** Upper-case; `null` for each. */
  readonly method: string | null;
  readonly price: PriceInput;
}

export interface RouteRules {
  /**
   * The most specific rule for a request; `undefined` where the application set no price, `"unclear"` where routers would
   * read the path apart and come to different prices. @param target Raw.
   */
  find(method: string, target: string): RouteRule | "unclear" | undefined;
  readonly all: readonly RouteRule[];
}

interface Compiled extends RouteRule {
  readonly segments: PathReading;
  /** For routers that ignore case. */
  readonly folded: PathReading;
  readonly isPrefix: boolean;
}

const KEY = /^(?:([A-Za-z]+)[ \t]+)?(\/[^ \t?#\\]*)$/;
const ANY = ":";

/**
 * Compiles rules. They are matched loosely: however a router may read a path (case, encoding, doubled or trailing slashes,
 * path parameters, dot segments, a proxy's absolute form), the rule that it could lead to has its price.
 * @throws PaywallConfigError for a key that is none, and for two that match alike.
 */
export function compileRules(routes: Readonly<Record<string, PriceInput>>): RouteRules {
  const seen = new Map<string, string>();
  const compiled = Object.entries(routes).map(([key, price]): Compiled => {
    const rule = compileRule(key, price);
    const identity = `${rule.method ?? "*"} ${rule.folded.join("/")}${rule.isPrefix ? "/*" : ""}`;
    const twin = seen.get(identity);
    if (twin !== undefined)
      throw new PaywallConfigError(
        `routes["${key}"]`,
        `Matches the same requests as "${twin}".`,
        "Remove one of them.",
      );
    seen.set(identity, key);
    return rule;
  });
  const ordered = compiled.toSorted(bySpecificity);
  return {
    all: ordered,
    find(method, target) {
      if (ordered.length === 0) return undefined;
      const { all, isOdd } = readPath(target);
      if (all.length === 0) return "unclear";
      const ruleOf = (paths: readonly PathReading[], segmentsOf: (rule: Compiled) => PathReading) => {
        const leads = (rule: Compiled, path: PathReading): boolean =>
          isFor(rule, method) && matches(segmentsOf(rule), rule.isPrefix, path);
        const found = new Set(paths.map((path) => ordered.find((rule) => leads(rule, path))));
        found.delete(undefined);
        const [first] = found;
        return isOdd && found.size > 1 ? "unclear" : first;
      };
      const exact = ruleOf(all, ({ segments }) => segments);
      const folded = ruleOf(all.map(fold), (rule) => rule.folded);
      return exact === undefined || exact === folded ? folded : "unclear";
    },
  };
}

/** A HEAD asks for what GET would answer. */
function isFor({ method }: RouteRule, asked: string): boolean {
  return method === null || method === asked || (asked === "HEAD" && method === "GET");
}

function compileRule(key: string, price: PriceInput): Compiled {
  const [, method, path] = KEY.exec(key.trim()) ?? [];
  const field = `routes["${key}"]`;
  if (path === undefined)
    throw new PaywallConfigError(
      field,
      "Not a route.",
      'Write "GET /path", "/path" for each method, or "/path/*".',
    );
  const isPrefix = path.endsWith("/*");
  const plain = isPrefix ? path.slice(0, -2) : path;
  if (plain.includes("*"))
    throw new PaywallConfigError(
      field,
      "A star stands for the rest of a path.",
      'Put it at the end, as in "/files/*".',
    );
  // Patterns of a router that this one does not know would match nothing, and the route would be given away.
  if (/[[\]{}|]|[^/]:/.test(plain))
    throw new PaywallConfigError(
      field,
      "A parameter is a whole segment.",
      'Write it as in "/items/:id", and a colon that is none as "%3A".',
    );
  const segments = readRulePath(plain).map((segment) => (segment.startsWith(":") ? ANY : segment));
  if (segments.some((segment) => segment === "." || segment === ".."))
    throw new PaywallConfigError(field, "Clients resolve dots before they ask.", "Write the path without.");
  return {
    key,
    method: method?.toUpperCase() ?? null,
    price,
    segments,
    folded: fold(segments),
    isPrefix,
  };
}

/** Exact before open ends, long before short, names before parameters (from the left), a method before each. */
function bySpecificity(left: Compiled, right: Compiled): number {
  return (
    Number(left.isPrefix) - Number(right.isPrefix) ||
    right.segments.length - left.segments.length ||
    parameters(left) - parameters(right) ||
    right.segments.indexOf(ANY) - left.segments.indexOf(ANY) ||
    Number(left.method === null) - Number(right.method === null)
  );
}

function parameters({ segments }: Compiled): number {
  return segments.filter((segment) => segment === ANY).length;
}

function matches(segments: PathReading, isPrefix: boolean, path: PathReading): boolean {
  if (isPrefix ? path.length < segments.length : path.length !== segments.length) return false;
  return segments.every((segment, at) => segment === ANY || segment === path[at]);
}

function fold(path: PathReading): PathReading {
  return path.map((segment) => segment.toLowerCase());
}
