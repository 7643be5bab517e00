import type { KeyRing } from "@x402-paywall/core";
import {
  decodeMacaroon,
  openPreimage,
  PaywallError,
  toHex,
  verifyL402,
  verifyMacaroonChain,
} from "@x402-paywall/core";
import { authenticateX402, type PaymentClaim } from "../authenticate.ts";
import type { Endpoint } from "../endpoint.ts";
import type { Rail } from "../rail.ts";
import type { SettleContext } from "../settle.ts";
import type { InvoiceRecord } from "../store.ts";
import { lookAtInvoice } from "./paid-invoice.ts";
import type { UnlockProof } from "./unlock-form.ts";

interface ClaimContext {
  readonly keys: KeyRing;
  readonly rails: readonly Rail[];
  readonly settle: SettleContext;
}

/** What was paid for, out of what a browser sent. @param now Unix seconds. @throws PaywallError */
export async function readUnlockClaim(
  proof: UnlockProof,
  endpoint: Endpoint,
  now: number,
  context: ClaimContext,
): Promise<PaymentClaim> {
  const { keys, settle } = context;
  if (proof.kind === "payment") return authenticateX402(proof.payload, context);
  const macaroon = decodeMacaroon(proof.macaroon);
  if (macaroon === undefined)
    throw new PaywallError("malformed_credential", { detail: "`token` is not a macaroon." });
  const preimage = proof.preimage ?? (await findPreimage(proof.macaroon, endpoint, context));
  const { crypto } = settle;
  const { slug } = endpoint;
  const verified = verifyL402({ macaroon, preimage }, { keys, crypto, now, slug, method: "GET", path: "" });
  const { quote, paymentHash, limits } = verified;
  if (limits !== undefined) {
    throw new PaywallError("wrong_resource", {
      detail: "This token was narrowed: present it with the request, it unlocks no page.",
    });
  }
  if (!verified.ok && verified.code !== "payment_expired") {
    throw new PaywallError(verified.code, { detail: verified.detail });
  }
  if (quote === undefined || paymentHash === undefined) throw new PaywallError("payment_expired");
  return { quote, proof: { kind: "preimage", paymentHash, preimage }, wire: "l402", echo: {} };
}

/**
 * Of a paid invoice, for a page whose payer's wallet did not show it. @throws PaywallError `verification_failed` where it is not
 * paid, or was offered to a program: there only the preimage tells the payer from whoever shares its address.
 */
async function findPreimage(
  token: Uint8Array,
  endpoint: Endpoint,
  { rails, settle, keys }: ClaimContext,
): Promise<string> {
  const { store, crypto } = settle;
  const macaroon = decodeMacaroon(token);
  const { identifier = new Uint8Array() } = macaroon ?? {};
  const masters = keys.hmacs("macaroon");
  // Checked before anybody is asked: a made-up token must not cost the creator's node a question.
  if (
    macaroon === undefined ||
    identifier.length !== 66 ||
    !masters.some((master) => verifyMacaroonChain(macaroon, master(identifier), crypto))
  )
    throw new PaywallError("invalid_challenge", { detail: "`token` was not issued here, or was changed." });
  const hash = toHex(identifier.subarray(2, 34));
  const { record, paid } = await lookAtInvoice(hash, endpoint, { rails, store }, isAPages);
  if (record?.shared === true) {
    throw new PaywallError("verification_failed", {
      detail: "This invoice was offered to a program: send `preimage`, which the wallet that paid it has.",
    });
  }
  const sealed = paid?.sealedPreimage;
  const preimage = typeof sealed === "string" ? openPreimage(sealed, hash, keys, crypto) : undefined;
  if (preimage !== undefined) return preimage;
  throw new PaywallError("verification_failed", {
    detail: "The payment has not arrived yet. Go back and try again in a moment.",
    extensions: { state: "awaiting" },
  });
}

/** Offered on a page; of a lost row it is assumed. */
function isAPages(record: InvoiceRecord | undefined): boolean {
  return record?.shared !== true;
}
