import type { JsonObject, ResourceInfo, ResourceKind } from "@x402-paywall/core";
import {
  bazaarExtension,
  mediaType,
  PAYMENT_IDENTIFIER,
  paymentIdentifierExtension,
} from "@x402-paywall/core";
import type { Endpoint } from "./endpoint.ts";

/** What the x402 wire says of an endpoint beside its offers. */
export interface EndpointDescription {
  readonly words: Omit<ResourceInfo, "url">;
  /** From the fullest to the leanest. */
  readonly extensions: readonly JsonObject[];
}

const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);
const described = new WeakMap<Endpoint, Map<string, EndpointDescription>>();

/** Made once for each endpoint and method: a change of the endpoint is a new object. */
export function describeEndpoint(endpoint: Endpoint, method: string): EndpointDescription {
  // A HEAD asks about what GET would answer. Methods are any caller's words: all others are kept as one.
  const asked = method === "HEAD" ? "GET" : METHODS.has(method) ? method : "";
  const known = described.get(endpoint);
  const found = known?.get(asked);
  if (found !== undefined) return found;
  const made = { words: wordsOf(endpoint), extensions: extensionsOf(endpoint, asked) };
  if (known === undefined) described.set(endpoint, new Map([[asked, made]]));
  else known.set(asked, made);
  return made;
}

function wordsOf({ title, description, sample, kind }: Endpoint): EndpointDescription["words"] {
  const mimeType = (sample && mediaType(sample.contentType)) ?? TYPES[kind];
  return {
    ...(description === "" ? {} : { description }),
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(title === "" ? {} : { serviceName: title }),
  };
}

const TYPES: Readonly<Record<ResourceKind, string | undefined>> = {
  json: "application/json",
  openapi: "application/json",
  stream: "text/event-stream",
  page: "text/html",
  file: undefined,
};

function extensionsOf({ sample }: Endpoint, method: string): readonly JsonObject[] {
  const identifier = { [PAYMENT_IDENTIFIER]: paymentIdentifierExtension };
  const bazaar = bazaarExtension({ method });
  if (bazaar === undefined) return [identifier];
  const lean = [{ ...identifier, bazaar }, identifier];
  const shown = sample && bazaarExtension({ method, sample });
  return shown === undefined ? lean : [{ ...identifier, bazaar: shown }, ...lean];
}
