import type { x402Facilitator } from "@x402/core/facilitator";
import type { SettleResponse, VerifyResponse } from "@x402/core/types";
import { PaywallError } from "@x402-paywall/core";
import type { FacilitatorConfig } from "./config.ts";
import { createDesks, findFaults } from "./desk.ts";
import type { Desk } from "./desk.ts";
import { createSchemes } from "./create-schemes.ts";
import type { Log } from "./log.ts";
import type { Authorization, PaymentRequest } from "./payment-request.ts";
import { readReason } from "./read-reason.ts";
import { settlePayment } from "./settle-payment.ts";
import { createSingleFlight } from "./single-flight.ts";
import { createAttempt } from "./settlement-attempt.ts";
import { unavailable } from "./unavailable.ts";

/** The facilitator of x402 v2 for the configured networks; the gas is the wallet's. */
export interface Facilitator {
  /** Changes nothing. @throws PaywallError 503 where nothing can be said */
  verify(request: PaymentRequest): Promise<VerifyResponse>;
  /** Each authorization once. @throws PaywallError 503 where nothing was sent and nothing can be said */
  settle(request: PaymentRequest): Promise<SettleResponse>;
  supported(): ReturnType<x402Facilitator["getSupported"]>;
  /** What keeps each network from settling; `undefined`: nothing. Asked of the chain at most every few seconds. */
  faults(): Promise<ReadonlyMap<string, string | undefined>>;
}

const FAULTS_MS = 3_000;
/** So long `/verify` refuses as well what `/settle` could not pay for. */
const PAUSE_MS = 30_000;

/** @param clock Unix milliseconds. */
export function createFacilitator(
  config: FacilitatorConfig,
  { log, clock }: { readonly log: Log; readonly clock: () => number },
): Facilitator {
  const desks = createDesks(config, log, clock);
  const singly = createSingleFlight<SettleResponse>();
  const pauses = new Map<string, { readonly until: number; readonly error: PaywallError }>();
  const schemes = createSchemes(
    [...desks].map(([network, desk]) => [network, createAttempt(desk, undefined).signer] as const),
  );
  let faults:
    | { readonly at: number; readonly value: Promise<ReadonlyMap<string, string | undefined>> }
    | undefined;

  /** A desk, or why there is none for this payment. */
  const findDesk = ({ requirements, payload, authorization }: PaymentRequest): Desk | string => {
    const desk = desks.get(authorization.network);
    if (desk === undefined || payload.accepted.network !== requirements.network) return "invalid_network";
    if (!desk.network.config.assets.has(authorization.asset)) return "asset_not_allowed";
    if (config.payees?.has(authorization.payTo) === false) return "payee_not_allowed";
    return desk;
  };
  const verify = async (desk: Desk, request: PaymentRequest): Promise<VerifyResponse> => {
    const { payload, requirements, authorization } = request;
    const { network } = desk.network.config;
    const pause = pauses.get(network);
    if (pause !== undefined && pause.until > clock()) throw pause.error;
    await reach(desk, () => desk.network.ensureChain());
    const attempt = createAttempt(desk, undefined);
    const result = await createSchemes([[network, attempt.signer]])
      .verify(payload, requirements)
      .catch((error: unknown) => {
        throw attempt.trouble ?? new PaywallError("internal", { cause: error });
      });
    const { payer } = authorization;
    if (result.isValid) return { isValid: true, payer };
    if (attempt.trouble !== undefined) throw attempt.trouble;
    return { isValid: false, invalidReason: readReason(result.invalidReason), payer };
  };
  const settle = async (desk: Desk, request: PaymentRequest): Promise<SettleResponse> => {
    try {
      return await reach(desk, () => settlePayment(desk, request));
    } catch (error) {
      const { network } = desk.network.config;
      if (error instanceof PaywallError && (error.options.retryAfter ?? 0) >= 30)
        pauses.set(network, { until: clock() + PAUSE_MS, error });
      throw error;
    }
  };

  return {
    verify: async (request) => {
      const desk = findDesk(request);
      const { payer } = request.authorization;
      return typeof desk === "string"
        ? { isValid: false, invalidReason: desk, payer }
        : verify(desk, request);
    },
    settle: async (request) => {
      const desk = findDesk(request);
      const { authorization } = request;
      if (typeof desk === "string") return refuse(authorization, desk);
      const subject = JSON.stringify([request.payload, request.requirements]);
      return singly(authorization.key, subject, () => settle(desk, request));
    },
    supported: () => schemes.getSupported(),
    faults: () => {
      if (faults === undefined || clock() - faults.at > FAULTS_MS)
        faults = { at: clock(), value: findFaults(desks) };
      return faults.value;
    },
  };
}

/** Everything that is not a decision of ours is the chain being away. */
async function reach<Result>({ network, log }: Desk, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PaywallError) throw error;
    const name = network.config.network;
    log.error("The chain could not be asked", error, { network: name });
    throw unavailable(`The RPC of ${name} does not answer`, 5, error);
  }
}

function refuse({ network, payer }: Authorization, errorReason: string): SettleResponse {
  return { success: false, errorReason, transaction: "", network, payer };
}
