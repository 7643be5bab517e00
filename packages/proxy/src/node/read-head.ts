import { PaywallError } from "@x402-paywall/core";
import type { IncomingMessage } from "node:http";
import type { RequestHead } from "../decision.ts";

const MAX_LINES = 100;
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;
/** Origin-form without what parsers read in two ways; the path itself is judged by the engine. */
const TARGET = /^\/(?!\/)[!\x24-\x5b\x5d-\x7e]*$/;

/** What the framing of a request says, beside its head. */
export interface ReadHead {
  readonly head: RequestHead;
  readonly hasBody: boolean;
  /** Declared length; `undefined` for chunked bodies. */
  readonly contentLength: number | undefined;
}

/**
 * Takes the head of a request from what the parser saw, line by line, and refuses what Node lets through but two servers
 * could read in two ways. Every refusal here closes the connection.
 * @param target As it came, where a framework has rewritten `request.url`.
 * @throws PaywallError `bad_request`, `bad_target`, `headers_too_large`, `method_not_allowed`, `not_implemented`
 */
export function readHead(
  request: IncomingMessage,
  readBody: NonNullable<RequestHead["readBody"]>,
  target = request.url ?? "",
): ReadHead {
  const { rawHeaders } = request;
  if (rawHeaders.length > 2 * MAX_LINES)
    throw new PaywallError("headers_too_large", { detail: `At most ${MAX_LINES} lines.` });
  const headers: [string, string][] = [];
  let host: string | undefined;
  let encoding: string | undefined;
  let length: string | undefined;
  let upgrade: string | undefined;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    const value = rawHeaders[i + 1] ?? "";
    headers.push([name, value]);
    switch (name.length) {
      case 4:
        if (name.toLowerCase() !== "host") break;
        if (host !== undefined) throw badRequest("The request names two hosts.");
        host = value;
        break;
      case 7:
        if (name.toLowerCase() === "upgrade") upgrade = value;
        break;
      case 14:
        if (name.toLowerCase() === "content-length") length = value;
        break;
      case 17:
        if (name.toLowerCase() !== "transfer-encoding") break;
        if (encoding !== undefined) throw badRequest("The request has two transfer encodings.");
        encoding = value;
        break;
      default:
    }
  }
  const method = request.method ?? "";
  refuseUnsafe({ method, target, encoding, upgrade, version: request.httpVersion });
  if (host === undefined || !HOST.test(host)) throw badRequest("The request needs one valid Host.");
  const contentLength = length === undefined ? undefined : Number(length);
  return {
    head: {
      method,
      target,
      headers,
      host: host.toLowerCase(),
      remoteAddress: request.socket.remoteAddress ?? "",
      readBody,
    },
    hasBody: encoding !== undefined || (contentLength !== undefined && contentLength > 0),
    contentLength: encoding === undefined ? contentLength : undefined,
  };
}

interface Line {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly encoding: string | undefined;
  readonly upgrade: string | undefined;
}

function refuseUnsafe({ method, target, version, encoding, upgrade }: Line): void {
  if (method === "TRACE" || method === "CONNECT") throw new PaywallError("method_not_allowed");
  if (encoding !== undefined) {
    if (version === "1.0") throw badRequest("HTTP/1.0 has no transfer encodings.");
    if (encoding.toLowerCase() !== "chunked") throw badRequest("The only transfer encoding is chunked.");
  }
  // `h2c` may be ignored (RFC 9110, 7.8), and some clients offer it each time; anything else wants a tunnel.
  if (upgrade !== undefined && upgrade.toLowerCase() !== "h2c") {
    throw new PaywallError("not_implemented", { detail: "Connections are not upgraded." });
  }
  if (!TARGET.test(target))
    throw new PaywallError("bad_target", { detail: "Only canonical origin-form targets are served." });
}

function badRequest(detail: string): PaywallError {
  return new PaywallError("bad_request", { detail });
}
