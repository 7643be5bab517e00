import { Agent } from "undici";
import type { Contender } from "../lib/contender.ts";
import type { Field } from "../lib/field.ts";
import { median } from "../lib/numbers.ts";
import { signPayments } from "../lib/payer.ts";
import { cpuSeconds } from "../lib/proc.ts";
import { Rounds } from "../lib/rounds.ts";
import type { Entrant } from "../lib/rounds.ts";
import type { Row, Verdict } from "../lib/row.ts";
import { countEvents, firstByte } from "../lib/streams.ts";

/** A stream of one second, as `@x402/express` holds it back; one of two events where only the start matters. */
const second = "/sse?ticks=11&ms=100";
const short = "/sse?ticks=2&ms=5";

/** P6: how late the first byte of an event stream is, and what an event costs. */
export const firstBytes: Row = async (field, options) => {
  const { ours } = field;
  const headers = { Authorization: `Bearer ${ours.info["passStream"] ?? ""}` };
  const { nginx } = field;
  await warmUp(field, headers);
  const starts = await new Rounds().play(startEntrants(field, headers), options);
  const costs = await new Rounds().play(
    [
      ...(nginx === undefined ? [] : [costEntrant("nginx", nginx, "", {})]),
      costEntrant("undici dispatch", field.undici, "", {}),
      costEntrant("ours", ours, "/p/stream", headers),
    ],
    options,
  );
  const lower = { better: "lower" } as const;
  return {
    id: "P6",
    title: "Event streams",
    measures: [...starts.measures({ "first byte": "ms" }), ...costs.measures({ "CPU an event": "µs" })],
    verdicts: [
      ...added(starts),
      ...starts.compare(
        { claim: "paid first byte of @x402/express's", target: 0.05, ...lower },
        "first byte",
        "ours, paid with x402",
        "@x402/express, paid",
      ),
      ...costs.compare(
        { claim: "of nginx's CPU for each event", target: 1.8, ...lower },
        "CPU an event",
        "ours",
        "nginx",
      ),
    ],
  };
};

/** One request after the other would leave Node's compilers cold for minutes: no gateway in use is. */
async function warmUp(
  { stream, nginx, undici, ours }: Field,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const contenders = [stream, ...(nginx === undefined ? [] : [nginx]), undici];
  const urls = contenders.map(({ port }) => `http://127.0.0.1:${port}${short}`);
  const dispatcher = new Agent({ connections: 32 });
  for (const url of [...urls, `http://127.0.0.1:${ours.port}/p/stream${short}`]) {
    const one = async (): Promise<void> => {
      for (let n = 0; n < 100; n++) await firstByte({ url, headers, dispatcher });
    };
    await Promise.all(Array.from({ length: 32 }, one));
  }
  await dispatcher.close();
}

function startEntrants(
  { stream, nginx, undici, express, ours }: Field,
  headers: Readonly<Record<string, string>>,
): readonly Entrant[] {
  const plain = (name: string, { port }: Contender, prefix: string, fields = {}): Entrant => ({
    name,
    run: async (seconds) => ({
      "first byte": median(
        await repeat(40 * seconds, `http://127.0.0.1:${port}${prefix}${short}`, () => fields),
      ),
    }),
  });
  const buying = (name: string, { port }: Contender, prefix: string): Entrant => ({
    name,
    run: async (seconds) => {
      const url = `http://127.0.0.1:${port}${prefix}${second}`;
      const payments = [...(await signPayments(url, Math.ceil(3 * seconds)))];
      return {
        "first byte": median(
          await repeat(payments.length, url, () => ({ "payment-signature": payments.pop() ?? "" })),
        ),
      };
    },
  });
  return [
    plain("direct", stream, ""),
    ...(nginx === undefined ? [] : [plain("nginx", nginx, "")]),
    plain("undici dispatch", undici, ""),
    plain("ours", ours, "/p/stream", headers),
    buying("ours, paid with x402", ours, "/p/stream"),
    buying("@x402/express, paid", express, ""),
  ];
}

/** One after the other on one connection: latency, not throughput. */
async function repeat(
  count: number,
  url: string,
  headers: () => Record<string, string>,
): Promise<readonly number[]> {
  const dispatcher = new Agent({ connections: 1 });
  const times: number[] = [];
  for (let n = 0; n < count; n++) times.push(await firstByte({ url, headers: headers(), dispatcher }));
  await dispatcher.close();
  return times;
}

/** 100 streams with 100 events a second each. */
function costEntrant(
  name: string,
  { port, pid }: Contender,
  prefix: string,
  headers: Readonly<Record<string, string>>,
): Entrant {
  return {
    name,
    run: async (seconds) => {
      const dispatcher = new Agent({ bodyTimeout: 0 });
      const url = `http://127.0.0.1:${port}${prefix}/sse?ticks=${Math.ceil(100 * seconds)}&ms=10`;
      const before = cpuSeconds(pid);
      const counts = await Promise.all(
        Array.from({ length: 100 }, () => countEvents({ url, headers, dispatcher })),
      );
      const used = cpuSeconds(pid) - before;
      await dispatcher.close();
      return { "CPU an event": (used / counts.reduce((sum, count) => sum + count, 0)) * 1e6 };
    },
  };
}

function added(rounds: Rounds): readonly Verdict[] {
  const nginx = rounds.of("nginx", "first byte");
  const differences = rounds
    .of("ours", "first byte")
    .map((value, round) => value - (nginx[round] ?? Number.NaN));
  if (nginx.length === 0) return [];
  const apart = Math.max(...differences) - Math.min(...differences);
  const value = median(differences);
  return [
    {
      claim: "ms over nginx's first byte, p50",
      value,
      spread: apart / Math.abs(value),
      target: 0.6,
      better: "lower",
    },
  ];
}
