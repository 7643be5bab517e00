import type { Runtime } from "../../context.ts";
import type { RefundDeps } from "./refund-deps.ts";

/** A service's context as giving money back needs it. */
export function refundDepsOf({ db, ports, now, logError }: Runtime): RefundDeps {
  return { prisma: db.prisma, findRail: (id, mode) => ports.findRail(id, mode), now, logError };
}
