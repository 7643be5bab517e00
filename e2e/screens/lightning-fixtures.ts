/** Answers about Lightning of `/api/v1/payouts` for the screenshots; the words are the service's own. */
import type {
  LightningCheckDto,
  LightningConnectionInput,
  LightningKindDto,
  LightningPayoutDto,
} from "../../lib/query/payout-dto.ts";
import { describeFailure } from "../../lib/services/payouts/lightning/describe-failure.ts";
import { describeWarning } from "../../lib/services/payouts/lightning/describe-warning.ts";

export const tides = { id: "end_live", title: "Tide tables", slug: "tides" };

/** A connected lnd. @param problem name of a failure */
export function node(problem: string | null): LightningPayoutDto {
  const where = "node.lovelace.example:10009";
  return {
    kind: "lnd",
    address: where,
    nodeKey: `03${"6f1c0aa8d2e94b57".repeat(4)}`,
    createdAt: new Date(Date.now() - 2 * 86_400_000).toISOString(),
    createdBy: "Ada Lovelace",
    seenAt: new Date(Date.now() - (problem === null ? 20_000 : 26 * 60_000)).toISOString(),
    problem: problem === null ? null : describe("lnd", problem, where),
    liveEndpoints: [{ ...tides, onlyRail: true }],
  };
}

const failures = [
  "unreachable",
  "timeout",
  "certificate",
  "unauthorized",
  "forbidden",
  "unavailable",
  "refused",
  "malformed",
  "too-many-rights",
  "wrong-network",
  "no-inbound",
] as const;

function describe(kind: LightningKindDto, name: string, address: string) {
  const extra =
    kind === "nwc"
      ? ["pay_invoice", "pay_keysend"]
      : [
          "offchain:read",
          "offchain:write",
          "onchain:read",
          "onchain:write",
          "peers:write",
          "macaroon:generate",
        ];
  const facts = { address, network: "mainnet" as const, extra, said: "" };
  const failure = failures.find((each) => each === name);
  if (failure === undefined) throw new Error(`No failure is called ${name}`);
  return describeFailure(kind, failure, facts);
}

/** What the service would say: the first label of the address names the failure; `warns`, and anything else, is a node that works. */
export function lightningCheck(asked: LightningConnectionInput): LightningCheckDto {
  const { kind } = asked;
  const text = kind === "lnd" ? asked.address : kind === "nwc" ? asked.uri : asked.url;
  const name = (kind === "lnd" ? /^([a-z-]+)/ : /(?:relay=wss|https):\/\/([a-z-]+)/).exec(text)?.[1] ?? "";
  const address = `${name}.example${kind === "lnd" ? ":10009" : ""}`;
  if (failures.some((each) => each === name)) return { ok: false, problem: describe(kind, name, address) };
  const found = { ok: true, kind, address, nodeKey: node(null).nodeKey } as const;
  return name === "warns"
    ? {
        ...found,
        inboundMsat: null,
        warnings: (kind === "lnd"
          ? (["inbound-unknown"] as const)
          : (["inbound-unknown", "spending-unknown"] as const)
        ).map((each) => describeWarning(kind, each)),
      }
    : { ...found, inboundMsat: "4812000000", warnings: [] };
}
