import { connect } from "node:net";
import { get } from "node:http";
import type { Contender } from "../lib/contender.ts";
import { residentMib, watchMemory } from "../lib/proc.ts";
import { Rounds } from "../lib/rounds.ts";
import type { Entrant } from "../lib/rounds.ts";
import { median, spread } from "../lib/numbers.ts";
import type { Row, Verdict } from "../lib/row.ts";

const file = "/files/1024MiB.bin";

/** P8: one large download, and readers that stall. `@x402/express` would hold all of it in memory: left out. */
export const download: Row = async ({ stream, nginx, undici, ours }, options) => {
  const headers = { Authorization: `Bearer ${ours.info["passStream"] ?? ""}` };
  const before = new Map<string, number>();
  const entrant = (name: string, contender: Contender, prefix: string, fields = {}): Entrant => ({
    name,
    run: async () => {
      // Against the memory before the first download, warm-up included: what grew once stays counted.
      const start = before.get(name) ?? residentMib(contender.pid);
      before.set(name, start);
      const peak = watchMemory(contender.pid);
      const speed = await fetchAll(contender.port, prefix + file, fields);
      return { "MiB/s": speed, growth: Math.max(0, peak() - start) };
    },
  });
  const rounds = await new Rounds().play(
    [
      entrant("direct", stream, ""),
      ...(nginx === undefined ? [] : [entrant("nginx", nginx, "")]),
      entrant("undici dispatch", undici, ""),
      entrant("ours", ours, "/p/stream", headers),
    ],
    options,
  );
  const stalled = await stallReaders(ours, `/p/stream${file}`, headers);
  return {
    id: "P8",
    title: "1 GiB download",
    measures: [
      ...rounds.measures({ "MiB/s": "MiB/s", growth: "MiB" }),
      { contender: "ours", what: "growth, 8 stalled readers", unit: "MiB", values: [stalled] },
    ],
    verdicts: [
      ...rounds.compare(
        { claim: "of nginx's throughput", target: 0.6, better: "higher" },
        "MiB/s",
        "ours",
        "nginx",
      ),
      limit("MiB growth of memory", rounds.of("ours", "growth"), 48),
      limit("MiB growth, 8 stalled readers", [stalled], 16),
    ],
  };
};

function limit(claim: string, values: readonly number[], target: number): Verdict {
  return { claim, value: median(values), spread: spread(values), target, better: "lower" };
}

/** MiB a second of a whole download. */
function fetchAll(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const call = get({ host: "127.0.0.1", port, path, headers, agent: false }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => (bytes += chunk.length));
      answer.on("error", reject);
      answer.on("end", () => {
        if (answer.statusCode !== 200 || bytes !== 2 ** 30)
          reject(new Error(`${path}: ${answer.statusCode}, ${bytes} bytes`));
        else resolve(1024 / ((performance.now() - started) / 1000));
      });
    });
    call.on("error", reject);
  });
}

/** Growth in MiB while eight clients ask for the file and read nothing for three seconds. */
async function stallReaders(
  { port, pid }: Contender,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const before = residentMib(pid);
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const sockets = Array.from({ length: 8 }, () => {
    const socket = connect(port, "127.0.0.1");
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${fields.join("")}\r\n`);
    return socket;
  });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const growth = residentMib(pid) - before;
  for (const socket of sockets) socket.destroy();
  return Math.max(0, growth);
}
