import { PaywallError } from "@x402-paywall/core";
import { lookup as lookupName } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { networkInterfaces } from "node:os";
import { buildConnector } from "undici";
import { bareHost, bracketHost, isSelf } from "./policy.ts";
import type { EgressPolicy } from "./policy.ts";
import { isPublicAddress } from "./public-address.ts";

/** Finds the addresses of a name; asked once for each connection. */
export type Resolver = (hostname: string) => Promise<readonly string[]>;

export interface ConnectorOptions {
  readonly resolve?: Resolver;
  readonly connectTimeoutMs?: number;
  /** Trusted certificates (PEM), beside none of the system's; for tests. */
  readonly ca?: string;
  /** Opens the socket; for tests. */
  readonly build?: typeof buildConnector;
}

const MAX_ADDRESSES = 8;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The only way out to hosts that users name. Undici and Node never call `lookup` for IP literals, so those are checked
 * here; names are resolved once, all their addresses are vetted, and the socket goes to exactly these, with the name in
 * SNI and `Host`. What the socket is connected to in the end is checked once more.
 */
export function createConnector(
  policy: EgressPolicy,
  options: ConnectorOptions = {},
): buildConnector.connector {
  const resolve = options.resolve ?? resolveWithSystem;
  const connectors = new Map<number, buildConnector.connector>();
  const connectorFor = (port: number): buildConnector.connector => {
    const known = connectors.get(port);
    if (known !== undefined) return known;
    const created = (options.build ?? buildConnector)({
      allowH2: false,
      timeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      lookup: vettingLookup((hostname) => findAddresses(policy, hostname, port, resolve)),
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    });
    connectors.set(port, created);
    return created;
  };
  return (request, callback) => {
    const host = bareHost(request.hostname);
    const port = Number(request.port) || (request.protocol === "https:" ? 443 : 80);
    const open = isOpen(policy, host, port);
    const isLiteral = isIP(host) !== 0;
    if (isSelf(policy, bracketHost(host), port) || (isLiteral && !isReachable(policy, host, port, open))) {
      queueMicrotask(() => callback(denied(host), null));
      return;
    }
    connectorFor(port)(request, (...[error, socket]: buildConnector.CallbackArgs) => {
      if (error !== null) return callback(error, null);
      const { remoteAddress = "" } = socket;
      if (isReachable(policy, remoteAddress, port, open)) return callback(null, socket);
      socket.destroy();
      return callback(denied(remoteAddress), null);
    });
  };
}

/**
 * The addresses of a host that may be connected to, at most eight; asked of the resolver once.
 * @throws PaywallError `upstream_address_denied`, `upstream_unreachable` where it has none.
 */
export async function findAddresses(
  policy: EgressPolicy,
  hostname: string,
  port: number,
  resolve: Resolver = resolveWithSystem,
): Promise<readonly string[]> {
  const host = bareHost(hostname);
  if (isSelf(policy, bracketHost(host), port)) throw denied(host);
  const answer = isIP(host) === 0 ? await resolve(host).catch(throwNameless) : [host];
  const open = isOpen(policy, host, port);
  // One private address among public ones is an attack or a mistake: nothing of the answer is used.
  if (answer.length === 0 || !answer.every((address) => isReachable(policy, address, port, open)))
    throw denied(host);
  return answer.slice(0, MAX_ADDRESSES);
}

function throwNameless(cause: unknown): never {
  throw new PaywallError("upstream_unreachable", { detail: "The upstream's name has no address.", cause });
}

function vettingLookup(find: Resolver): LookupFunction {
  return (hostname, { all }, reply) => {
    find(hostname).then(
      (answer) => {
        const [first, ...others] = answer.map((address) => ({ address, family: isIP(address) }));
        if (first === undefined) return reply(denied(hostname), "", 0);
        return all === true ? reply(null, [first, ...others]) : reply(null, first.address, first.family);
      },
      (error: unknown) => reply(error instanceof Error ? error : denied(hostname), "", 0),
    );
  };
}

function isOpen(policy: EgressPolicy, host: string, port: number): boolean {
  return policy.allow.has(`${bracketHost(host)}:${port}`);
}

/** Own addresses with an own port are refused even where the operator opened them: the request would never end. */
function isReachable(policy: EgressPolicy, address: string, port: number, open: boolean): boolean {
  if (isIP(address) === 0) return false;
  if (isOwnPort(policy, port) && isOwnAddress(address)) return false;
  return open || isPublicAddress(address);
}

function isOwnPort(policy: EgressPolicy, port: number): boolean {
  for (const authority of policy.self) if (authority.endsWith(`:${port}`)) return true;
  return false;
}

function isOwnAddress(address: string): boolean {
  const bare = address.startsWith("::ffff:") ? address.slice(7) : address;
  if (bare.startsWith("127.") || bare === "0.0.0.0" || bare === "::1" || bare === "::") return true;
  return Object.values(networkInterfaces()).some((entries) =>
    entries?.some((entry) => entry.address === bare),
  );
}

async function resolveWithSystem(hostname: string): Promise<readonly string[]> {
  const entries = await lookupName(hostname, { all: true, verbatim: true });
  return entries.map(({ address }) => address);
}

function denied(host: string): PaywallError {
  return new PaywallError("upstream_address_denied", {
    cause: new Error(`${host} is not an address to connect to`),
  });
}
