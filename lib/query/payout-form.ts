import { ApiError } from "./api-client.ts";
import type { FormErrors } from "./form-errors.ts";
import type { PayoutInspectionDto, PayoutLookDto, PayoutsDto, StablecoinPayoutDto } from "./payout-dto.ts";

/** A private key or a wallet's words: kept out of every request. */
export function looksSecret(text: string): boolean {
  return /^(0x)?[0-9a-f]{64}$/i.test(text) || /^[a-z]+(\s+[a-z]+){11,23}$/i.test(text);
}

export const secretWarning =
  "This looks like a private key or the words of a wallet. It was not sent, but do not paste it anywhere again. Paste the address: it starts with 0x and is 42 characters long.";

/** Networks to begin with: those that are connected, or each that answered, is real money and needs no second thought. */
export function suggestNetworks(
  found: PayoutInspectionDto,
  connected: StablecoinPayoutDto | null,
): readonly string[] {
  const offered = found.networks.map(({ network }) => network);
  const kept = (connected?.networks ?? []).filter((network) => offered.includes(network));
  if (kept.length > 0) return kept;
  const sound = found.networks.filter((look) => look.chainIdMatches === true && look.warning === null);
  const real = sound.filter((look) => !look.testnet);
  return (real.length > 0 ? real : sound).map(({ network }) => network);
}

/** What to confirm about the chosen networks. */
export function warningsOf(found: PayoutInspectionDto, chosen: readonly string[]): readonly string[] {
  return looksOf(found, chosen).flatMap(({ warning }) => warning ?? []);
}

function looksOf(found: PayoutInspectionDto, chosen: readonly string[]): readonly PayoutLookDto[] {
  return found.networks.filter(({ network }) => chosen.includes(network));
}

/** In the instance's order, which is the one of the offers. */
export function toggleNetwork(
  found: PayoutInspectionDto,
  chosen: readonly string[],
  network: string,
): readonly string[] {
  return found.networks
    .map((look) => look.network)
    .filter((each) => (each === network ? !chosen.includes(each) : chosen.includes(each)));
}

/** In words, for one line. */
export function describeKind(
  look: Pick<PayoutLookDto, "kind" | "delegated" | "warning">,
): string | undefined {
  if (look.kind === null) return undefined;
  if (look.kind === "contract") return "Contract";
  // An account is warned of where the address is a contract elsewhere.
  if (look.warning !== null) return "Nothing is deployed here";
  return look.delegated ? "Account with delegated code (EIP-7702)" : "Account";
}

/** Refusals of a request by field; networks of any position belong to the list. */
export function payoutErrors(error: Error | null): FormErrors {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(
    error.fields.toReversed().map(({ field, message }) => [field.replace(/\.\d+$/, ""), message]),
  );
}

/** `Base, Polygon`; a network that the instance has no more is called by its id. */
export function networkNames(
  { networks }: PayoutsDto["stablecoin"],
  connected: Pick<StablecoinPayoutDto, "networks">,
): string {
  return connected.networks
    .map((id) => networks.find(({ network }) => network === id)?.name ?? id)
    .join(", ");
}
