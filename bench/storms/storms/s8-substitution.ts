import { check } from "../checker/check.ts";
import type { Answer, Violation } from "../checker/histories.ts";
import { namedEndpoints } from "../rig/endpoint-rows.ts";
import { startField } from "../rig/field.ts";
import type { Field } from "../rig/field.ts";
import { inParallel } from "../rig/in-parallel.ts";
import { wires } from "../rig/mint-credential.ts";
import type { MintedCredential } from "../rig/mint-credential.ts";
import { buy, keep, presentUntilDone } from "../rig/payer.ts";
import { present } from "../rig/present.ts";
import type { Resource } from "../rig/present.ts";
import { count, summarise } from "../rig/summary.ts";
import { missed } from "../storm.ts";
import type { Storm } from "../storm.ts";

const sizes = {
  full: { endpoints: 12, methods: 5 },
  short: { endpoints: 4, methods: 2 },
  broken: { endpoints: 3, methods: 2 },
};
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** A payment for one resource is shown at each of the others, which cost the same; then where it belongs. */
export const substitution: Storm = {
  id: "S8",
  title: "substitution",
  opposites: ["binding-not-checked"],
  doses: ["full", "short", "broken"],
  async run({ dose, mutation, logFile }) {
    const size = sizes[dose];
    const endpoints = namedEndpoints(size.endpoints);
    const field = await startField({ slots: 2, endpoints, mutation, logFile });
    try {
      const resources = endpoints.flatMap(({ slug }) =>
        methods.slice(0, size.methods).map((method): Resource => ({ slug, method, path: "/same" })),
      );
      const found: Violation[] = [];
      const purchases = resources.flatMap((resource) => wires.map((wire) => ({ resource, wire })));
      await inParallel(purchases, 8, async ({ resource, wire }) => {
        const credential = await buy(field, resource, wire);
        found.push(...(await tryEverywhere(field, credential, resources)));
      });
      const histories = await field.read();
      const pairs = purchases.length * (resources.length - 1);
      return {
        dose: `${size.endpoints} endpoints × ${size.methods} methods × ${wires.length} wires`,
        figures: [...summarise(histories), count("tried elsewhere", pairs)],
        violations: [...found, ...check(histories, { oneRun: true })],
      };
    } finally {
      await field.stop();
    }
  },
};

async function tryEverywhere(
  field: Field,
  credential: MintedCredential,
  resources: readonly Resource[],
): Promise<Violation[]> {
  const { paymentKey, headers, resource } = credential;
  const elsewhere: Answer[] = [];
  for (const other of resources) {
    if (other === resource) continue;
    const answer = await present(field.sockets, field.fleet.pick(), other, headers);
    elsewhere.push({ ...answer, elsewhere: `${other.method} ${other.slug}` });
  }
  const runs = field.upstream.runsOf([paymentKey]).get(paymentKey)?.started ?? 0;
  const answers = await presentUntilDone(field, credential);
  keep(field, credential, [...elsewhere, ...answers]);
  const odd = elsewhere.filter(({ status }) => status !== 402);
  return [
    ...(runs > 0 ? [missed("substitution", paymentKey, `the upstream ran ${runs} times for others`)] : []),
    ...odd.slice(0, 1).map(({ status, code = "", elsewhere: where = "" }) => {
      const detail = `${odd.length} answers that are no 402, such as ${status} ${code} at ${where}`;
      return missed("substitution", paymentKey, detail);
    }),
  ];
}
