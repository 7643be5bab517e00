import type { Prisma } from "../../../generated/prisma/client.ts";
import type { StoredRoute } from "./plan-routes.ts";

/** Replaces an endpoint's rules, in order. Deleted first, because positions are unique. */
export async function writeRoutes(
  tx: Prisma.TransactionClient,
  owner: { readonly workspaceId: string; readonly endpointId: string },
  routes: readonly StoredRoute[],
): Promise<void> {
  await tx.route.deleteMany({ where: owner });
  await tx.route.createMany({
    data: routes.map((route, position) => ({ ...route, ...owner, methods: [...route.methods], position })),
  });
}
