import type { HeaderList } from "@x402-paywall/core";
import type { ResponseHead } from "../decision.ts";
import { fieldTable, isListed } from "./field-table.ts";
import { HOP_BY_HOP } from "./hop-by-hop.ts";

/** Framing is the server's; receipts are signed by us or are not there. `Trailer` announces the application's own. */
const DROPPED = fieldTable([
  ...[...HOP_BY_HOP].filter((name) => name !== "trailer"),
  "payment-*",
  "x-payment*",
  "paywall-*",
  "x-paywall-usage",
]);

/** The header fields of an application's own answer: all that it set, except what only the paywall may say. */
export function keepOwnHeaders({ headers }: ResponseHead): HeaderList {
  return headers.filter(([name]) => !isListed(DROPPED, name.toLowerCase()));
}
