import {
  findHeader,
  fromBase64,
  fromHex,
  fromUtf8,
  isJsonObject,
  PaywallError,
  parseJson,
  parsePaymentPayload,
} from "@x402-paywall/core";
import type { PaymentPayload } from "@x402-paywall/core";
import type { RequestHead } from "../decision.ts";
import type { Endpoint } from "../endpoint.ts";
import type { Site } from "../site.ts";

/** What was paid with: an invoice, by its L402 token; or what a wallet has signed. */
export type UnlockProof =
  | {
      readonly kind: "invoice";
      /** Bytes of the L402 token. */
      readonly macaroon: Uint8Array;
      /** 64 hex digits; absent where the store is to know it. */
      readonly preimage: string | undefined;
    }
  | { readonly kind: "payment"; readonly payload: PaymentPayload };

export interface UnlockForm {
  readonly proof: UnlockProof;
  /** Path and query to go back to: below the endpoint, canonical. */
  readonly resource: string;
  /** Sent by a page without script: answered with a redirect. */
  readonly isForm: boolean;
  /**
   * What the answer hands out: the endpoint's cookie; the access token, for a page of another origin, which gets no cookie;
   * or the credential itself, for somebody whose wallet hides the preimage and who calls a program.
   */
  readonly as: "cookie" | "token" | "l402";
}

const MAX_BYTES = 16_384;

/**
 * Reads `{token, preimage?}` or `{payment}` (base64 of an x402 v2 payload), with `resource?` and `as?: "token" | "l402"`, as JSON
 * or as a form. @throws PaywallError
 */
export async function readUnlockForm(
  request: RequestHead,
  endpoint: Endpoint,
  site: Site,
): Promise<UnlockForm> {
  if (request.readBody === undefined)
    throw new PaywallError("internal", { detail: "This transport reads no bodies." });
  const type = findHeader(request.headers, "content-type")?.split(";")[0]?.trim().toLowerCase();
  const isForm = type === "application/x-www-form-urlencoded";
  if (!isForm && type !== "application/json") throw new PaywallError("unsupported_media_type");
  const text = fromUtf8(await request.readBody(MAX_BYTES));
  const fields = text === undefined ? undefined : isForm ? readForm(text) : readJsonFields(text);
  if (fields === undefined) throw new PaywallError("bad_request", { detail: "The body cannot be read." });
  const proof = readProof(fields);
  const resource = checkResource(fields.get("resource"), endpoint, site);
  return { proof, resource, isForm, as: isForm ? "cookie" : readAs(fields.get("as"), proof) };
}

function readAs(as: string | undefined, proof: UnlockProof): UnlockForm["as"] {
  if (as !== "l402") return as === "token" ? "token" : "cookie";
  if (proof.kind === "invoice") return "l402";
  throw new PaywallError("bad_request", { detail: "Only an invoice is paid with an L402 credential." });
}

function readProof(fields: ReadonlyMap<string, string>): UnlockProof {
  const payment = fields.get("payment") ?? "";
  if (payment !== "") {
    const payload = parsePaymentPayload(payment);
    if (payload?.accepted === undefined) {
      throw new PaywallError("bad_request", { detail: "`payment` is not an x402 v2 payload in base64." });
    }
    return { kind: "payment", payload };
  }
  const macaroon = fromBase64(fields.get("token") ?? "");
  if (macaroon === undefined || macaroon.length === 0) {
    throw new PaywallError("bad_request", {
      detail: "Send `token`, and `preimage` where you know it; or the `payment` that a wallet has signed.",
    });
  }
  const preimage = fields.get("preimage")?.trim().toLowerCase();
  if (preimage !== undefined && preimage !== "" && fromHex(preimage)?.length !== 32) {
    throw new PaywallError("bad_request", { detail: "`preimage` has 64 hexadecimal digits." });
  }
  return { kind: "invoice", macaroon, preimage: preimage === "" ? undefined : preimage };
}

/** Never anywhere but below the endpoint: an open redirect would lend our name to a phisher. */
function checkResource(resource: string | undefined, endpoint: Endpoint, site: Site): string {
  if (resource === undefined || resource === "") return homeOf(endpoint, site);
  const target = site.parse(resource);
  if (target?.slug !== endpoint.slug || (target.own !== null && target.own !== "topup")) {
    throw new PaywallError("bad_request", { detail: "`resource` is not below this endpoint." });
  }
  return resource;
}

/** Where a person is sent who came from nowhere. */
export function homeOf({ slug }: Endpoint, site: Site): string {
  const home = site.home(slug);
  return home === "" ? "/" : home;
}

function readForm(text: string): ReadonlyMap<string, string> {
  return new Map(new URLSearchParams(text));
}

function readJsonFields(text: string): ReadonlyMap<string, string> | undefined {
  const json = parseJson(text);
  if (json === undefined || !isJsonObject(json)) return undefined;
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(json)) {
    if (typeof value === "string") fields.set(name, value);
  }
  return fields;
}
