import type { HeaderList } from "@x402-paywall/core";
import { findHeader, PaywallError, toBase64Url, utf8 } from "@x402-paywall/core";
import { askStore } from "./ask-store.ts";
import { bindIdentifier } from "./bind-identifier.ts";
import type { Decision, Grant, RequestHead } from "./decision.ts";
import type { EngineContext } from "./engine-context.ts";
import type { HeldClaim } from "./held-claim.ts";
import type { PricedRequest } from "./price-visit.ts";
import { RecordingGrant } from "./recording-grant.ts";
import type { Refused } from "./response.ts";
import type { Visit } from "./visit.ts";

/** One request that its payer may repeat: what was paid with, and the payer's own key for it. */
export interface ReplayKey {
  readonly key: string;
  readonly bindingHash: string;
  /** The key came inside of the payment. */
  readonly identifier?: string;
}

const MAX_KEY = 255;

/**
 * The payer's key is the `Idempotency-Key`, or the payment's identifier (x402 `payment-identifier`).
 * @param paidWith Payment key or entitlement: nobody else's key finds the answer.
 * @throws PaywallError `bad_request` for a header that is empty, longer than 255 characters, or another key than the
 * payment's identifier.
 */
export function replayKeyOf(
  visit: Visit,
  priced: PricedRequest,
  paidWith: string,
  { options }: EngineContext,
): ReplayKey | undefined {
  const header = findHeader(visit.request.headers, "idempotency-key");
  const { identifier } = visit;
  if (header === "" || (header?.length ?? 0) > MAX_KEY) throw badKey("Send 1 to 255 characters.");
  // Which of two keys is the one that the payer counts by, nobody can know.
  if (header !== undefined && identifier !== undefined && unquote(header) !== identifier)
    throw badKey("Send the same as the payment's payment-identifier, or leave it out.");
  const given = identifier ?? header;
  if (given === undefined) return undefined;
  const digest = options.crypto.sha256(utf8(`replay/${paidWith}/${given}`));
  const replay = { key: toBase64Url(digest), bindingHash: priced.binding.hash };
  return identifier === undefined ? replay : { ...replay, identifier };
}

/** A string of structured fields (RFC 9651), as the draft of the header has it. */
function unquote(header: string): string {
  return /^"(.*)"$/.exec(header)?.[1] ?? header;
}

function badKey(message: string): PaywallError {
  const field = "Idempotency-Key";
  return new PaywallError("bad_request", { detail: `${field}: ${message}`, errors: [{ field, message }] });
}

/**
 * The answer that this payer got before for the same key.
 * @throws PaywallError `idempotency_mismatch` where the key was used for another request.
 */
export async function findReplay(
  request: RequestHead,
  { key, bindingHash }: ReplayKey,
  { settle }: EngineContext,
): Promise<Refused | undefined> {
  const stored = await askStore(() => settle.store.findAnswer(key));
  if (stored === undefined) return undefined;
  if (stored.bindingHash !== bindingHash) throw new PaywallError("idempotency_mismatch");
  const bodyless = stored.status === 204 || stored.status === 304;
  const length: HeaderList = bodyless ? [] : [["Content-Length", String(stored.body.length)]];
  const headers: HeaderList = [...stored.headers, ...length, ["Idempotency-Replayed", "true"]];
  const body = request.method === "HEAD" || bodyless ? new Uint8Array(0) : stored.body;
  return { kind: "refused", head: { status: stored.status, headers }, body };
}

/**
 * A claim; or, where the payment was delivered already, the answer that it was delivered with.
 * @throws PaywallError `idempotency_mismatch` where another payment has the identifier.
 */
export async function claimOrReplay(
  { request }: Visit,
  replay: ReplayKey | undefined,
  claim: () => Promise<HeldClaim>,
  context: EngineContext,
): Promise<HeldClaim | Refused> {
  try {
    return await bindIdentifier(await claim(), replay?.identifier, context);
  } catch (error) {
    const isOver = error instanceof PaywallError && error.code === "credential_redeemed";
    const replayed = isOver && replay !== undefined ? await findReplay(request, replay, context) : undefined;
    if (replayed === undefined) throw error;
    return replayed;
  }
}

/** Grants a request whose answer is kept for its key, where there is one. */
export function grantRecorded(grant: Grant, replay: ReplayKey | undefined, context: EngineContext): Decision {
  if (replay === undefined) return { kind: "granted", grant };
  return { kind: "granted", grant: new RecordingGrant(grant, replay, context.settle) };
}
