import { carryOutRefund } from "./carry-out-refund.ts";
import type { RefundDeps } from "./refund-deps.ts";

/** Younger ones are still being asked for by whoever began them. */
const OLDER_THAN_MS = 20_000;
const LIMIT = 50;

/**
 * Goes on with refunds that a crash or a silent rail left open, each under its own id. In random order, so that a rail
 * that never answers does not keep the others waiting.
 * @returns how many were asked for
 */
export async function finishRefunds(deps: RefundDeps): Promise<number> {
  const before = new Date(deps.now() - OLDER_THAN_MS);
  const open = await deps.prisma.$queryRaw<{ id: string }[]>`
    select id from refund where state in ('pending', 'unknown') and created_at < ${before} order by random() limit ${LIMIT}`;
  for (const { id } of open) {
    // One after the other: they are few, and a rail that is in trouble is not pressed.
    // oxlint-disable-next-line no-await-in-loop
    await carryOutRefund(deps, id).catch((error: unknown) =>
      deps.logError("a refund could not be finished", error, { refund: id }),
    );
  }
  return open.length;
}
