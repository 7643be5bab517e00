import { Agent, WebSocket as UndiciWebSocket } from "undici";
import type { WebSocketInit } from "undici";
import { createConnector, findAddresses } from "../egress/connector.ts";
import type { ConnectorOptions } from "../egress/connector.ts";
import { createHttpSend } from "../egress/create-http-send.ts";
import { authorityOf, bareHost, bracketHost } from "../egress/policy.ts";
import type { EgressPolicy } from "../egress/policy.ts";
import { isUpstreamPort } from "../egress/ports.ts";
import { LightningNodeError } from "../rails/lightning/backend.ts";
import type { NodeReach, NodeWebSocket } from "../rails/lightning/node-reach.ts";
import { toNodeError } from "./node-error.ts";

/** Of one message of a relay or a node; more is not read. */
const MAX_MESSAGE_BYTES = 1_048_576;

/**
 * The ways out to nodes and wallets on Node, each through the policy for addresses that users set: all addresses of a name
 * are vetted, the socket goes to one of them, no redirect is followed. Without TLS only what `EGRESS_ALLOW` names is reached.
 * @example const reach = createNodeReach(createEgressPolicy({ allow: "127.0.0.1:10009" }));
 */
export function createNodeReach(
  policy: EgressPolicy,
  options: ConnectorOptions = {},
): NodeReach & { close(): Promise<void> } {
  const connect = createConnector(policy, options);
  const http = createHttpSend({ connect });
  const sockets = new Agent({
    connect,
    allowH2: false,
    keepAliveTimeout: 1,
    webSocket: { maxPayloadSize: MAX_MESSAGE_BYTES },
  });
  return {
    lookUpAddress: async (host, port) => {
      const target = parseTarget(`https://${bracketHost(host)}:${port}`);
      const hostname = bareHost(target.hostname).replace(/\.$/, "");
      try {
        const [address = ""] = await findAddresses(policy, hostname, port, options.resolve);
        return address;
      } catch (error) {
        throw toNodeError(error, `${bracketHost(hostname)}:${port}`);
      }
    },
    send: async (request) => {
      const target = requireTarget(policy, request.url);
      try {
        return await http.send(request);
      } catch (error) {
        throw toNodeError(error, authorityOf(target));
      }
    },
    webSocket: webSocketThrough(sockets, (url) => requireTarget(policy, url)),
    close: async () => {
      await Promise.all([http.close(), sockets.destroy()]);
    },
  };
}

function webSocketThrough(dispatcher: Agent, check: (url: string) => void): NodeWebSocket {
  class VettedWebSocket extends UndiciWebSocket {
    constructor(url: string | URL, init: string | string[] | WebSocketInit = {}) {
      check(String(url).replace(/^ws/i, "http"));
      const rest = typeof init === "string" || Array.isArray(init) ? { protocols: init } : init;
      super(url, { ...rest, dispatcher });
    }
  }
  const standard: unknown = VettedWebSocket;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one standard, whose events are declared in two ways
  return standard as NodeWebSocket;
}

/** What carries a password does so over TLS, and HTTP speaks to no port where another service may listen. */
function requireTarget(policy: EgressPolicy, url: string): URL {
  const target = parseTarget(url);
  const authority = authorityOf(target);
  if (policy.allow.has(authority)) return target;
  if (target.protocol !== "https:")
    throw new LightningNodeError("unreachable", `${authority} is not asked without TLS: use https or wss`);
  if (!isUpstreamPort(Number(target.port || 443)))
    throw new LightningNodeError("unreachable", `Port ${target.port} is not one that nodes listen on`);
  return target;
}

function parseTarget(url: string): URL {
  if (!URL.canParse(url)) throw new LightningNodeError("unreachable", "The node's address is not one");
  return new URL(url);
}
