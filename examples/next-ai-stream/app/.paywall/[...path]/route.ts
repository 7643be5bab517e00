import { handlers } from "../../../paywall.ts";

/** Receipts, balances, top-ups, and in TEST mode a wallet. */
export const { GET, POST, OPTIONS } = handlers;
