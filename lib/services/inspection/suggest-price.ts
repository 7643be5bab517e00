import type { PriceJson } from "@x402-paywall/core";
import type { EndpointKindDto } from "../../query/dto.ts";

const flat = (amount: string): PriceJson => ({ model: "per-request", amount });

const suggestions: Readonly<Record<EndpointKindDto, PriceJson>> = {
  json: flat("10000"),
  stream: flat("20000"),
  file: flat("1000000"),
  page: flat("100000"),
  openapi: flat("10000"),
};

/** A model server is paid by the token: 1 USD and 4 USD for a million, from a deposit that lasts for a month. */
const byToken: PriceJson = {
  model: "metered",
  rates: { inputToken: "1000000", outputToken: "4000000" },
  deposit: "500000",
  validSeconds: 30 * 86_400,
  minimum: "0",
  cap: "50000",
  clampOutput: true,
  onLeave: "cancel",
};

const modelServer = /\/(chat\/completions|completions|messages|responses)\/?$/;

/** What to ask for a link of this kind, until its creator says otherwise. */
export function suggestPrice(kind: EndpointKindDto, pathname: string): PriceJson {
  return kind === "stream" && modelServer.test(pathname) ? byToken : suggestions[kind];
}
