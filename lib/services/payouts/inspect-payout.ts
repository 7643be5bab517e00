import { PaywallError } from "@x402-paywall/core";
import { z } from "zod";
import { type Limit, takeAttempt } from "../../auth/rate-limit.ts";
import type { PayoutInspectionDto } from "../../query/payout-dto.ts";
import type { Context, UserContext } from "../context.ts";
import { describeLooks } from "./describe-looks.ts";
import { lookAtNetwork } from "./look-at-network.ts";
import { payoutAddress, type PayoutAddress } from "./payout-address.ts";
import { requireStablecoin } from "./require-stablecoin.ts";

export const inspectPayoutInput = z.strictObject({ address: payoutAddress });

// Each look costs the operator's RPC a few calls for each network.
const perUser: Limit = { name: "payout-inspect", count: 60, seconds: 60 };

interface InspectPayout {
  readonly ctx: UserContext;
  readonly input: z.infer<typeof inspectPayoutInput>;
}

/**
 * Reads what an address is on each network of the instance; changes nothing, and no network that is away fails it.
 * @throws PaywallError `validation_failed` naming `address`, `conflict` without a facilitator, `rate_limited`
 */
export async function inspectPayout({ ctx, input }: InspectPayout): Promise<PayoutInspectionDto> {
  await takeAttempt(ctx.db.pool, perUser, ctx.actor.userId);
  return inspectAddress(ctx, input.address);
}

/** {@link inspectPayout} without its limit. */
export async function inspectAddress(
  ctx: Context,
  { address, hadChecksum }: PayoutAddress,
): Promise<PayoutInspectionDto> {
  const networks = requireStablecoin(ctx);
  const token = networks.find(({ asset }) => asset.address.toLowerCase() === address.toLowerCase());
  if (token !== undefined) {
    const message = `This is the ${token.asset.symbol} token itself on ${token.name}, not a wallet: what is sent there is lost. Paste the address of your wallet.`;
    throw new PaywallError("validation_failed", { errors: [{ field: "address", message }] });
  }
  const looks = await Promise.all(
    networks.map((network) => lookAtNetwork(network, ctx.ports.openChain(network), address)),
  );
  return { address, hadChecksum, networks: describeLooks(looks) };
}
