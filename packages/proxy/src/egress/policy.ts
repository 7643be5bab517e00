import { isIP } from "node:net";

/** Where outbound connections to URLs that users set may go. */
export interface EgressPolicy {
  /** `host:port` (lower-case, IPv6 in brackets) that the operator opened: http and private addresses are fine there. */
  readonly allow: ReadonlySet<string>;
  /** This instance's own authorities as `host:port`. */
  readonly self: ReadonlySet<string>;
  /** This instance's own DNS names; they and what is below them are refused on every port. */
  readonly selfNames: readonly string[];
}

export interface EgressPolicyInput {
  /** `EGRESS_ALLOW`: `host:port` separated by commas; empty by default. */
  readonly allow?: string;
  /** Origins that this instance answers on: `http://127.0.0.1:4020`. */
  readonly self?: readonly string[];
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"]);

/** @throws RangeError naming the entry that is not `host:port`, or not an origin. */
export function createEgressPolicy(input: EgressPolicyInput = {}): EgressPolicy {
  const self = new Set<string>();
  const selfNames: string[] = [];
  for (const origin of input.self ?? []) {
    if (!URL.canParse(origin)) throw new RangeError(`${origin} is not an origin`);
    const url = new URL(origin);
    if (LOOPBACK.has(url.hostname)) for (const host of LOOPBACK) self.add(`${host}:${portOf(url)}`);
    else if (isIP(bareHost(url.hostname)) !== 0 || !url.hostname.includes(".")) self.add(authorityOf(url));
    else selfNames.push(url.hostname);
  }
  return { allow: parseEgressAllow(input.allow ?? ""), self, selfNames };
}

/** Parses `EGRESS_ALLOW`. @throws RangeError naming the entry that is not `host:port`. */
export function parseEgressAllow(text: string): ReadonlySet<string> {
  const allow = new Set<string>();
  for (const entry of text.split(",").map((part) => part.trim())) {
    if (entry === "") continue;
    const url =
      /^[^\s/@?#\\]+:\d{1,5}$/.test(entry) && URL.canParse(`http://${entry}`)
        ? new URL(`http://${entry}`)
        : null;
    if (url === null || url.port === "0") throw new RangeError(`EGRESS_ALLOW: ${entry} is not host:port`);
    allow.add(authorityOf(url));
  }
  return allow;
}

/** `host:port` of a URL, the port always named. */
export function authorityOf(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}

/** Whether an authority or host name is this instance's own. */
export function isSelf(policy: EgressPolicy, hostname: string, port: number): boolean {
  if (policy.self.has(`${hostname}:${port}`)) return true;
  return policy.selfNames.some((name) => hostname === name || hostname.endsWith(`.${name}`));
}

/** IPv6 without its brackets. */
export function bareHost(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

/** A host as it stands in an authority: IPv6 in brackets. */
export function bracketHost(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}
