import { json } from "../../../../../lib/http/respond.ts";
import { openRoute, preflight } from "../../../../../lib/http/route.ts";
import { getPublicReceipt } from "../../../../../lib/services/receipts/get-public-receipt.ts";

/** For whoever holds the id, from any origin. */
export const GET = openRoute<{ id: string }>(async ({ params, runtime }) =>
  json(await getPublicReceipt({ ctx: runtime, id: params.id })),
);

export const OPTIONS = preflight;
