import type { EntitlementDto } from "@/lib/query/dto.ts";
import { formatAmount, formatCount, formatExact } from "@/lib/query/format.ts";

/** What is left of what a payment bought, in a sentence. */
export function describeEntitlement(entitlement: EntitlementDto): string {
  const { kind, state, usesLeft, available, spent, held, expiresAt } = entitlement;
  if (state === "revoked") return "Access that ended with its refund";
  const until = `${state === "expired" ? "ended" : "until"} ${formatExact(Date.parse(expiresAt))}`;
  if (kind === "balance") {
    const reserved = held === "0" ? "" : `, ${formatAmount(held)} reserved`;
    return `A balance: ${formatAmount(available)} left, ${formatAmount(spent)} used${reserved}, ${until}`;
  }
  if (usesLeft === null) return `A pass, ${until}`;
  return `${formatCount(usesLeft)} ${usesLeft === 1 ? "use" : "uses"} left, ${until}`;
}
