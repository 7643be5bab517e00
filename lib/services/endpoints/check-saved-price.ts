import { PaywallError } from "@x402-paywall/core";
import type { PriceCheckDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { oneOf } from "../one-of.ts";
import { checkPrice } from "./check-price.ts";
import { readRoutes } from "./plan-routes.ts";
import type { PriceCheckInput } from "./price-check-input.ts";
import { readStoredPrice } from "./price-input.ts";

interface CheckSavedPrice {
  readonly ctx: WorkspaceContext;
  readonly id: string;
  readonly request: PriceCheckInput;
}

/** What a request to an endpoint would cost now. @throws PaywallError `not_found`, `validation_failed` */
export async function checkSavedPrice({ ctx, id, request }: CheckSavedPrice): Promise<PriceCheckDto> {
  const row = await ctx.db.prisma.endpoint.findFirst({
    where: { id, workspaceId: ctx.workspaceId },
    select: {
      pricing: true,
      upstreamMatch: true,
      routes: {
        select: { id: true, methods: true, path: true, pricing: true, priceVersion: true },
        orderBy: { position: "asc" },
      },
    },
  });
  if (row === null) throw new PaywallError("not_found");
  const routes = readRoutes(row.routes).map(({ methods, path, price }) => ({
    methods: methods.length === 0 ? null : methods,
    path,
    price,
  }));
  const match = oneOf(row.upstreamMatch, ["exact", "prefix"]);
  return checkPrice({ price: readStoredPrice(row.pricing), routes, match }, request);
}
