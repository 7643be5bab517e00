import { describePrice, PaywallError, type Price } from "@x402-paywall/core";
import { type Authorizer, createMemoryStore, type PaywallLogEvent } from "@x402-paywall/proxy";
import { createNodePaywall, createUpstreamEgress } from "@x402-paywall/proxy/embed/node";
import { createGatewayServer, type GatewayServer } from "@x402-paywall/proxy/node";
import { renderPaymentPage } from "@x402-paywall/widget";
import { randomBytes } from "node:crypto";
import { CliError } from "../cli-error.ts";
import { watchStore, type WatchedRequest } from "./watch-store.ts";

export interface GatewayOptions {
  readonly upstream: URL;
  readonly price: Price;
  readonly title: string;
  /** Address to listen on. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Origin that payers see; default: as it listens. */
  readonly publicUrl: string | undefined;
  readonly onRequest: (request: WatchedRequest) => void;
  readonly onTrouble: (sentence: string) => void;
}

export interface RunningGateway {
  /** What is shared. */
  readonly link: string;
  readonly priceText: string;
  /** Lets open answers finish for so many milliseconds. */
  close(graceMs: number): Promise<void>;
}

/** So soon after its end a request is reported. */
const REPORT_MS = 100;
/** The gateway answers 404. */
const NOT_OURS = { kind: "passthrough" } as const;
const WILDCARD = new Set(["0.0.0.0", "::", "[::]"]);

/** A paid gateway in front of one upstream, with sandbox money and no memory beyond the process. @throws CliError */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { upstream, price, host, title } = options;
  let engine: Authorizer | undefined;
  const mount = `/${slugOf(upstream)}`;
  const egress = createUpstreamEgress(upstream.href);
  const gateway = createGatewayServer(
    { authorize: (request) => engine?.authorize(request) ?? NOT_OURS },
    {
      egress,
      docsBase: "/.paywall/problems",
      resources: new Map([["/", () => redirect(mount)]]),
      onError: (error) => options.onTrouble(String(error)),
    },
  );
  const port = await listen(gateway, host, options.port);
  const url = options.publicUrl ?? `http://${shownHost(host)}:${port}`;
  refuseLoop(upstream, port);
  const watched = watchStore(createMemoryStore(), options.onRequest);
  const paywall = createNodePaywall({
    secret: randomBytes(32).toString("hex"),
    url,
    name: "proxy",
    title,
    store: watched,
    page: renderPaymentPage,
    // For our own pages, which name a link by its path.
    routes: { [`${mount}/*`]: price },
    log: (event) => tellTrouble(event, options),
  });
  const ticket = paywall.gateway(upstream.href, price)(mount);
  engine = {
    authorize: (request) => {
      const { target, method } = request;
      if (target.startsWith("/.paywall/"))
        return paywall.find(method, target)?.authorize(request) ?? NOT_OURS;
      return isBelow(target, mount) ? ticket.authorize(request) : NOT_OURS;
    },
  };
  const reporting = setInterval(() => void paywall.flush(), REPORT_MS);
  return {
    link: `${url}${mount}`,
    priceText: describePrice(price),
    close: async (graceMs) => {
      clearInterval(reporting);
      await gateway.close(graceMs);
      await paywall.flush();
      await egress.close();
    },
  };
}

function slugOf({ hostname }: URL): string {
  const slug = hostname
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return slug === "" ? "link" : slug.slice(0, 60);
}

function isBelow(target: string, mount: string): boolean {
  return target.startsWith(mount) && /^(?:[/?]|$)/.test(target.slice(mount.length));
}

/** A name that a browser on this machine understands, where any address is listened on. */
function shownHost(host: string): string {
  if (WILDCARD.has(host)) return "localhost";
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

function listen({ server }: GatewayServer, host: string, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) => fail(notListening(error, host, port)));
    server.listen(port, host === "localhost" ? "127.0.0.1" : host, () => {
      const address = server.address();
      done(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function notListening(error: NodeJS.ErrnoException, host: string, port: number): CliError {
  if (error.code === "EADDRINUSE")
    return new CliError(
      "usage",
      `Port ${port} is taken.`,
      "Name another with --port, or 0 for any free one.",
      { cause: error },
    );
  if (error.code === "EACCES")
    return new CliError("usage", `Port ${port} needs special rights.`, "Name one above 1023 with --port.", {
      cause: error,
    });
  return new CliError(
    "usage",
    `Cannot listen on ${host}:${port}: ${error.message}.`,
    "Name an address of this machine with --host.",
    { cause: error },
  );
}

/** A gateway in front of itself would pay itself without end. */
function refuseLoop(upstream: URL, port: number): void {
  const upstreamPort =
    upstream.port === "" ? (upstream.protocol === "https:" ? 443 : 80) : Number(upstream.port);
  if (upstreamPort === port && /^(?:localhost|127\.|\[::1\])/.test(upstream.hostname))
    throw new CliError("usage", "The upstream is this gateway itself.", "Name another port with --port.");
}

function redirect(path: string) {
  return {
    head: {
      status: 307,
      headers: [
        ["Location", path],
        ["Content-Length", "0"],
        ["Cache-Control", "no-store"],
      ],
    },
    body: new Uint8Array(0),
  } as const;
}

function tellTrouble(event: PaywallLogEvent, { onTrouble, upstream }: GatewayOptions): void {
  if (!("error" in event)) return onTrouble(event.event);
  const { error } = event;
  const cause = error instanceof PaywallError && error.cause instanceof Error ? error.cause : error;
  const said = cause instanceof Error ? cause.message : String(cause);
  onTrouble(event.event === "upstream_failed" ? `${upstream.origin}: ${said}` : `${event.event}: ${said}`);
}
