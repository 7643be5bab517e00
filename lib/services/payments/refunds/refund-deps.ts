import type { Rail } from "@x402-paywall/proxy";
import type { PrismaClient } from "../../../../generated/prisma/client.ts";

/** What giving money back needs: a route has it from its context, a job from the process. */
export interface RefundDeps {
  readonly prisma: PrismaClient;
  /** The rail that a payment was made on, where this instance still has it. */
  readonly findRail: (id: string, mode: string) => Rail | undefined;
  /** Milliseconds. */
  readonly now: () => number;
  readonly logError: (message: string, error: unknown, fields?: Readonly<Record<string, string>>) => void;
}
