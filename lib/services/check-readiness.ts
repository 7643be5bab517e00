import { toStoreError } from "../store/database-error.ts";
import type { Runtime } from "./context.ts";

/** @throws PaywallError `store_unavailable` where the database does not answer */
export async function checkReadiness({
  ctx,
}: {
  readonly ctx: Pick<Runtime, "db">;
}): Promise<{ readonly status: "ready" }> {
  try {
    await ctx.db.pool.query("select 1");
    return { status: "ready" };
  } catch (error) {
    throw toStoreError(error);
  }
}
