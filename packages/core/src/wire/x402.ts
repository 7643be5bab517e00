/**
 * x402 v2 shapes (https://github.com/coinbase/x402, specs/x402-specification-v2). Headers are standard padded base64 of
 * UTF-8 JSON. Parsers and formatters live beside these types.
 */
export interface PaymentRequirements {
  readonly scheme: "exact" | "upto";
  /** CAIP-2, e.g. `eip155:84532`. */
  readonly network: string;
  /** Atomic units, decimal string. */
  readonly amount: string;
  readonly asset: string;
  readonly payTo: string;
  readonly maxTimeoutSeconds: number;
  /** `name` and `version` are the token's EIP-712 domain; `quote` and `seal` are ours, see `seal-requirements.ts`. */
  readonly extra: Readonly<Record<string, string>>;
}

export interface ResourceInfo {
  readonly url: string;
  readonly description?: string;
  readonly mimeType?: string;
  readonly serviceName?: string;
}

export interface PaymentRequired {
  readonly x402Version: 2;
  readonly error?: string;
  readonly resource: ResourceInfo;
  readonly accepts: readonly PaymentRequirements[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface PaymentPayload {
  readonly x402Version: 1 | 2;
  /** The chosen requirements, whole; v1 payloads have none. */
  readonly accepted?: PaymentRequirements;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface SettlementResponse {
  readonly success: boolean;
  readonly errorReason?: string;
  readonly payer?: string;
  /** Empty where there is none. */
  readonly transaction: string;
  readonly network: string;
  readonly amount?: string;
}
