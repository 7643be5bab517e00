import type { LightningKindDto, LightningProblemDto } from "../../../query/payout-dto.ts";
import type { CheckFailure, FailureFacts, FailureWords } from "./failure-words.ts";
import { lndFailures } from "./lnd-failures.ts";
import { phoenixdFailures } from "./phoenixd-failures.ts";
import { walletFailures } from "./wallet-failures.ts";

const words: Readonly<Record<LightningKindDto, FailureWords>> = {
  lnd: lndFailures,
  nwc: walletFailures,
  phoenixd: phoenixdFailures,
};
const addressFields = { lnd: "address", nwc: "uri", phoenixd: "url" } as const;

/** Why a node or wallet cannot be used, what to do about it, and the field that has to change. */
export function describeFailure(
  kind: LightningKindDto,
  failure: CheckFailure,
  facts: FailureFacts,
): LightningProblemDto {
  const { title, advice, command = null, field = addressFields[kind] } = words[kind][failure](facts);
  return { failure, field: `connection.${field}`, title, advice, command };
}
