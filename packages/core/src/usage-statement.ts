import { toBase64Url } from "./base64.ts";
import { utf8 } from "./bytes.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { JsonObject } from "./canonical-json.ts";
import type { Signer } from "./crypto.ts";
import type { MicroUsd } from "./money.ts";
import type { Mode } from "./quote.ts";
import { formatUsage } from "./usage-json.ts";
import type { Usage } from "./usage.ts";

/** What one request drew from an entitlement: signed like a receipt, but no money moved. */
export interface UsageStatement {
  /** Of the hold: `hld_…`. */
  readonly id: string;
  readonly mode: Mode;
  readonly endpointId: string;
  readonly entitlementId: string;
  /** µUSD that were charged to the balance; 0 where uses are counted. */
  readonly amount: MicroUsd;
  readonly usage: Usage;
  /** Unix seconds. */
  readonly at: number;
}

/** Signs a statement: compact JWS (EdDSA, `typ: usage+jwt`), payload canonical JSON. */
export function issueUsageStatement(statement: UsageStatement, signer: Signer): string {
  const header = canonicalJson({ alg: "EdDSA", kid: signer.kid, typ: "usage+jwt" });
  const payload = canonicalJson(statementPayload(statement));
  const signed = `${toBase64Url(utf8(header))}.${toBase64Url(utf8(payload))}`;
  return `${signed}.${toBase64Url(signer.sign(utf8(signed)))}`;
}

/** The JSON form of a statement. */
export function statementPayload(statement: UsageStatement): JsonObject {
  return { ...statement, amount: statement.amount.toString(), usage: formatUsage(statement.usage) };
}
