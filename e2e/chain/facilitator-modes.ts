import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { PaymentPayload, PaymentRequirements } from "@x402/core/types";
import { isAddressEqual, type Address, type Hex } from "viem";
import type { FacilitatorWallet } from "./facilitator-wallet.ts";

export type FacilitatorPath = "verify" | "settle" | "supported";

/** What goes back over the wire: an answer, nothing at all, or a connection that breaks. */
export type Reply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }
  | "silence"
  | "reset";

export interface MisbehaveOptions {
  /** How many requests it is good for; without it, until `behave`. */
  readonly times?: number;
  /** The only path that it touches; else those that the mode names. */
  readonly path?: FacilitatorPath;
  /** The only payer whom it meets: others are served honestly meanwhile. */
  readonly payer?: Address;
  /** Milliseconds: `slow` before it does anything, `late` before it answers, `rate-limit` as `Retry-After`. */
  readonly afterMs?: number;
  /** `invalidReason` or `errorReason`. */
  readonly reason?: string;
  /** Of the requests that it fits; without it, all. */
  readonly percent?: number;
  /** HTTP status of `refuse-settle`, `lie-failure`, `duplicate`; facilitators differ between 200, 400, 402 and 500. */
  readonly status?: number;
}

/** One request, and how an honest facilitator would answer it. */
export interface FacilitatorCall {
  readonly path: FacilitatorPath;
  readonly payload: PaymentPayload;
  readonly requirements: PaymentRequirements;
  readonly wallet: FacilitatorWallet;
  /** Ends when the facilitator is closed. */
  readonly closed: AbortSignal;
  /** Does what is asked, by the official schemes; `requirements` in place of those that came. */
  honest(requirements?: PaymentRequirements): Promise<Reply>;
}

type Act = (call: FacilitatorCall, options: MisbehaveOptions) => Promise<Reply> | Reply;
interface ModeRule {
  readonly paths: readonly FacilitatorPath[];
  readonly act: Act;
}

const everywhere = (act: Act): ModeRule => ({ paths: ["verify", "settle", "supported"], act });
const atVerify = (act: Act): ModeRule => ({ paths: ["verify"], act });
const atSettle = (act: Act): ModeRule => ({ paths: ["settle"], act });

/** All but `down`, which no request reaches. */
export const modeRules = {
  /** The connection breaks, and nothing was done. From outside it looks like `drop-reply`. */
  reset: everywhere(() => "reset"),
  /** Takes the request and never answers; nothing is done. */
  hang: everywhere(() => "silence"),
  /** Idles, then does what was asked, also when the caller has gone meanwhile. */
  slow: everywhere(async (call, { afterMs = 1_000 }) => {
    await delay(afterMs, undefined, { ref: false, signal: call.closed });
    return call.honest();
  }),
  "error-500": everywhere(() => json(500, { error: "Internal server error" })),
  "rate-limit": everywhere((_, { afterMs = 1_000 }) => ({
    ...json(429, { error: "Too many requests" }),
    headers: { "content-type": "application/json", "retry-after": String(Math.ceil(afterMs / 1_000)) },
  })),
  html: everywhere(() => ({
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<!doctype html><title>Sign in</title><h1>It works!</h1>",
  })),
  garbage: everywhere(async (call) => {
    const body = JSON.stringify(
      call.path === "verify" ? { isValid: true } : { success: true, transaction: "0x" },
    );
    return { ...json(200, {}), body: body.slice(0, body.length / 2) };
  }),

  /** Another payer than the one who signed. */
  "wrong-payer-verify": atVerify(() => json(200, { isValid: true, payer: randomHex(20) })),
  /** Says yes without having looked. */
  "blind-verify": atVerify((call) => json(200, { isValid: true, payer: signedBy(call.payload).from })),
  "invalid-verify": atVerify((call, { reason = "insufficient_funds" }) =>
    json(200, { isValid: false, invalidReason: reason, payer: signedBy(call.payload).from }),
  ),

  /** Settles at once; the answer comes when the caller has given up. */
  late: atSettle(async (call, { afterMs = 30_000 }) => {
    const reply = await call.honest();
    await delay(afterMs, undefined, { ref: false, signal: call.closed });
    return reply;
  }),
  /** Settles, then the connection breaks. */
  "drop-reply": atSettle(async (call): Promise<Reply> => {
    await call.honest();
    return "reset";
  }),
  /** Settles, and says that it has failed. */
  "lie-failure": atSettle(async (call, { reason = "invalid_exact_evm_transaction_failed", status = 200 }) => {
    await call.honest();
    return failure(call, status, reason);
  }),
  /** Sends it, loses what its own node answers, and takes that for a failure. */
  "lost-broadcast": atSettle(
    async (call, { reason = "invalid_exact_evm_transaction_failed", status = 200 }) => {
      await call.wallet.withoutReceipt(() => call.honest());
      return failure(call, status, reason);
    },
  ),
  "lie-success": atSettle((call) => success(call, randomHex(32))),
  "success-without-transaction": atSettle((call) => success(call, "")),
  /** The latest payment of somebody else, or one of its own when there was none. */
  "other-transaction": atSettle(async (call) => {
    const { from, nonce } = signedBy(call.payload);
    const other = call.wallet.settlements.findLast(
      (settlement) => !(isAddressEqual(settlement.payer, from) && settlement.nonce === nonce),
    );
    return success(call, other?.transaction ?? (await call.wallet.transferOwn(...payeeAndAmount(call))));
  }),
  /** `upto`: takes one atomic unit less than asked. `exact`, where that cannot be: pays so much out of its own pocket. */
  "wrong-amount": atSettle(async (call) => {
    const [payee, amount] = payeeAndAmount(call);
    if (call.requirements.scheme !== "upto")
      return success(call, await call.wallet.transferOwn(payee, amount - 1n));
    const reply = await call.honest({ ...call.requirements, amount: String(amount - 1n) });
    const { transaction } = JSON.parse(typeof reply === "string" ? "{}" : reply.body) as {
      transaction?: string;
    };
    return success(call, transaction ?? "");
  }),
  /** The right amount, to itself. */
  "wrong-payee": atSettle(async (call) => {
    const [, amount] = payeeAndAmount(call);
    return success(call, await call.wallet.transferOwn(call.wallet.address, amount));
  }),
  /** Sends it and gives up waiting, in the words of the official facilitator; asked again, it waits for that transaction. */
  pending: atSettle((call) => call.wallet.withoutReceipt(() => call.honest())),
  "refuse-settle": atSettle((call, { reason = "insufficient_funds", status = 200 }) =>
    failure(call, status, reason),
  ),
  /** Some facilitators answer so to whom asks twice; nothing is sent. */
  duplicate: atSettle((call, { status = 200 }) => failure(call, status, "duplicate_settlement")),
} satisfies Record<string, ModeRule>;

export type FacilitatorMode = keyof typeof modeRules | "down";

export function json(status: number, body: unknown): Exclude<Reply, string> {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function success({ payload, requirements }: FacilitatorCall, transaction: string): Reply {
  const amount = requirements.scheme === "upto" ? { amount: requirements.amount } : {};
  const { network } = requirements;
  return json(200, { success: true, transaction, network, payer: signedBy(payload).from, ...amount });
}

function failure({ payload, requirements }: FacilitatorCall, status: number, errorReason: string): Reply {
  const { network } = requirements;
  return json(status, {
    success: false,
    errorReason,
    transaction: "",
    network,
    payer: signedBy(payload).from,
  });
}

function payeeAndAmount({ requirements }: FacilitatorCall): [Address, bigint] {
  return [requirements.payTo as Address, BigInt(requirements.amount)];
}

export function signedBy({ payload }: PaymentPayload): { readonly from: Address; readonly nonce: string } {
  return (payload["authorization"] ?? payload["permit2Authorization"]) as { from: Address; nonce: string };
}

function randomHex(bytes: number): Hex {
  return `0x${randomBytes(bytes).toString("hex")}`;
}
