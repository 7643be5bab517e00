import type { Rail, Refund, RefundRequest } from "@x402-paywall/proxy";

/** A rail that only gives money back, with a ledger of its own to hold ours against. */
export interface RefundRail extends Rail {
  /** Every call, in order. */
  readonly asked: RefundRequest[];
  /** What moved: µUSD by refund id. */
  readonly moved: ReadonlyMap<string, bigint>;
  /** What it says from now on; what it says and what moves are two things. */
  answer: "refunded" | "failed" | "lost" | "throws";
}

export function createRefundRail(): RefundRail {
  const never = () => {
    throw new Error("This rail only gives money back");
  };
  const moved = new Map<string, bigint>();
  const rail: RefundRail = {
    id: "sandbox",
    mode: "test",
    settles: () => "before",
    offer: () => [],
    accepts: () => true,
    verify: never,
    settle: never,
    status: never,
    asked: [],
    moved,
    answer: "refunded",
    refund: async (request): Promise<Refund> => {
      rail.asked.push(request);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (rail.answer === "failed") return { outcome: "failed", detail: "The account is closed." };
      moved.set(request.id, moved.get(request.id) ?? request.amount);
      if (rail.answer === "lost") return { outcome: "unknown" };
      if (rail.answer === "throws") throw new Error("The connection broke");
      return { outcome: "refunded", reference: `tx-${request.id}` };
    },
  };
  return rail;
}
