import type { Prisma } from "../../../generated/prisma/client.ts";
import type { PlannedRoute } from "./plan-routes.ts";
import { toStoredPrice } from "./price-input.ts";

/** Replaces an endpoint's rules, in order. Deleted first, because positions are unique. */
export async function writeRoutes(
  tx: Prisma.TransactionClient,
  owner: { readonly workspaceId: string; readonly endpointId: string },
  routes: readonly PlannedRoute[],
): Promise<void> {
  await tx.route.deleteMany({ where: owner });
  await tx.route.createMany({
    data: routes.map(({ price, methods, ...route }, position) => ({
      ...route,
      ...owner,
      methods: [...methods],
      pricing: toStoredPrice(price),
      position,
    })),
  });
}
