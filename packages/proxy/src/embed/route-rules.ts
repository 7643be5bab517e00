import { PaywallConfigError } from "./config-error.ts";
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
  /** The most specific rule for a request; `undefined` where the application set no price. @param target Raw. */
  find(method: string, target: string): RouteRule | undefined;
  readonly all: readonly RouteRule[];
}

interface Compiled extends RouteRule {
  readonly segments: readonly string[];
  readonly isPrefix: boolean;
}

const KEY = /^(?:([A-Za-z]+)[ \t]+)?(\/[^ \t?#\\]*)$/;
const ANY = ":";

/**
 * Compiles rules. They are matched loosely: however a router may read a path (case, encoding, doubled or trailing slashes,
 * path parameters, dot segments), the rule that it could lead to has its price.
 * @throws PaywallConfigError for a key that is none, and for two that match alike.
 */
export function compileRules(routes: Readonly<Record<string, PriceInput>>): RouteRules {
  const seen = new Map<string, string>();
  const compiled = Object.entries(routes).map(([key, price]): Compiled => {
    const rule = compileRule(key, price);
    const identity = `${rule.method ?? "*"} ${rule.segments.join("/")}${rule.isPrefix ? "/*" : ""}`;
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
      const path = loosen(target);
      // A HEAD asks for what GET would answer.
      return ordered.find((rule) => isFor(rule, method) && matches(rule, path));
    },
  };
}

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
  const segments = loosen(plain).map((segment) => (segment.startsWith(":") ? ANY : segment));
  return { key, method: method?.toUpperCase() ?? null, price, segments, isPrefix };
}

function bySpecificity(left: Compiled, right: Compiled): number {
  return (
    Number(left.isPrefix) - Number(right.isPrefix) ||
    right.segments.length - left.segments.length ||
    parameters(left) - parameters(right) ||
    Number(left.method === null) - Number(right.method === null)
  );
}

function parameters({ segments }: Compiled): number {
  return segments.filter((segment) => segment === ANY).length;
}

function matches({ segments, isPrefix }: Compiled, path: readonly string[]): boolean {
  if (isPrefix ? path.length < segments.length : path.length !== segments.length) return false;
  return segments.every((segment, at) => segment === ANY || segment === path[at]);
}

/** The segments of a path as the most forgiving router would read them. */
function loosen(target: string): readonly string[] {
  const question = target.search(/[?#]/);
  const path = question < 0 ? target : target.slice(0, question);
  const segments: string[] = [];
  for (const raw of decodeLoosely(path).toLowerCase().split(/[/\\]/)) {
    const segment = raw.split(";", 1)[0] ?? "";
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else segments.push(segment);
  }
  return segments;
}

/** Twice, as a proxy and a framework would; what cannot be decoded stays. */
function decodeLoosely(path: string): string {
  let text = path;
  for (let round = 0; round < 2 && text.includes("%"); round++) {
    text = text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (encoded) => {
      try {
        return decodeURIComponent(encoded);
      } catch {
        return encoded;
      }
    });
  }
  return text;
}
