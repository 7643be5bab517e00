import { startChainField } from "../chain/chain-field.ts";
import type { ChainField } from "../chain/chain-field.ts";
import { stablecoinWays } from "../chain/stablecoin-wallet.ts";
import type { StablecoinWay } from "../chain/stablecoin-wallet.ts";
import { check } from "../checker/check.ts";
import { checkChain } from "../checker/check-chain.ts";
import type { Answer, Violation } from "../checker/histories.ts";
import { flatPrice, stormPrice } from "../rig/endpoint-rows.ts";
import type { StormEndpoint } from "../rig/endpoint-rows.ts";
import { inParallel } from "../rig/in-parallel.ts";
import { buy, keep, presentUntilDone } from "../rig/payer.ts";
import { present } from "../rig/present.ts";
import type { Resource } from "../rig/present.ts";
import { waitForPayments } from "../rig/wait-for-payments.ts";
import { count, summarise } from "../rig/summary.ts";
import { missed } from "../storm.ts";
import type { Storm } from "../storm.ts";

const sizes = {
  full: { endpoints: 12, methods: 5 },
  short: { endpoints: 3, methods: 2 },
  broken: { endpoints: 3, methods: 2 },
};
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** Whatever an answer uses, it costs the minimum, which is the maximum that was signed. */
const meteredPrice = {
  model: "metered",
  rates: { byte: "1" },
  deposit: "1000000",
  validSeconds: 3600,
  minimum: `${stormPrice}`,
  cap: `${stormPrice}`,
  clampOutput: false,
  onLeave: "cancel",
};

interface Purchase {
  readonly way: StablecoinWay;
  readonly resource: Resource;
  /** At the same price, paid in the same way. */
  readonly others: readonly Resource[];
}

/** S8 with each way to pay stablecoins: no facilitator may even hear of a payment that is shown where it does not belong. */
export const stablecoinSubstitution: Storm = {
  id: "S8-CHAIN",
  title: "substitution",
  opposites: ["binding-not-checked", "rule-not-checked"],
  doses: ["full", "short", "broken"],
  async run({ dose, mutation, logFile }) {
    const size = sizes[dose];
    const used = methods.slice(0, size.methods);
    const endpoints = Array.from({ length: size.endpoints }, (_, n): readonly StormEndpoint[] => [
      { slug: `flat-${n}`, pricing: flatPrice },
      // What usage is charged for is bound to its rule, so each method has one.
      { slug: `metered-${n}`, pricing: meteredPrice, rules: used },
    ]).flat();
    const field = await startChainField({ slots: 2, endpoints, mutation, logFile });
    try {
      const resources = endpoints.flatMap(({ slug }) =>
        used.map((method): Resource => ({ slug, method, path: "/same" })),
      );
      const purchases = stablecoinWays.flatMap((way) => {
        const group = way === "upto" ? "metered" : "flat";
        const same = resources.filter(({ slug }) => slug.startsWith(group));
        return same.map((resource): Purchase => ({
          way,
          resource,
          others: same.filter((other) => other !== resource),
        }));
      });
      const found: Violation[] = [];
      await inParallel(purchases, 8, async (purchase) => {
        found.push(...(await tryEverywhere(field, purchase)));
      });
      // A maximum is captured after the answer's last byte.
      await waitForPayments(field.pool, 15_000);
      const histories = await field.read();
      const chain = await field.readChain();
      const pairs = purchases.reduce((sum, { others }) => sum + others.length, 0);
      return {
        dose: `${size.endpoints} endpoints × ${size.methods} methods × ${stablecoinWays.length} ways to pay`,
        figures: [...summarise(histories), count("tried elsewhere", pairs)],
        violations: [...found, ...check(histories, { oneRun: true }), ...checkChain(histories.payers, chain)],
      };
    } finally {
      await field.stop();
    }
  },
};

async function tryEverywhere(field: ChainField, { way, resource, others }: Purchase): Promise<Violation[]> {
  const credential = await buy(field, resource, way);
  const { paymentKey, headers } = credential;
  const elsewhere: Answer[] = [];
  for (const other of others) {
    const answer = await present(field.sockets, field.fleet.pick(), other, headers);
    elsewhere.push({ ...answer, elsewhere: `${other.method} ${other.slug}` });
  }
  const runs = field.upstream.runsOf([paymentKey]).get(paymentKey)?.started ?? 0;
  const asked = field.askedAbout(paymentKey);
  const answers = await presentUntilDone(field, credential);
  keep(field, credential, [...elsewhere, ...answers]);
  const odd = elsewhere.filter(({ status }) => status !== 402);
  const [first] = odd;
  return [
    ...(runs > 0 ? [missed("substitution", paymentKey, `the upstream ran ${runs} times for others`)] : []),
    ...(asked > 0
      ? [missed("substitution", paymentKey, `facilitators were asked ${asked} times for others`)]
      : []),
    ...(first === undefined
      ? []
      : [
          missed(
            "substitution",
            paymentKey,
            `${odd.length} answers that are no 402, such as ${first.status} ${first.code ?? ""} at ${first.elsewhere}`,
          ),
        ]),
  ];
}
