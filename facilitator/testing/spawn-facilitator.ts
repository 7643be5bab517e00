import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** The process as it is started by `npm run facilitator`, and everything that it writes. */
export function spawnFacilitator(settings: Readonly<Record<string, string>>, flags: readonly string[] = []) {
  const child = spawn(process.execPath, ["--conditions=source", ...flags, main], {
    env: { NODE_ENV: "production", FACILITATOR_PORT: "0", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { text: "" };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (written.text += chunk.toString()));
  const exited = once(child, "close").then(([code]) => code as number | null);
  return {
    child,
    written,
    exited,
    /** Its URL, when it listens. @throws with what it wrote when it ends before */
    ready: async (): Promise<string> => {
      let ended = false;
      void exited.then(() => (ended = true));
      for (;;) {
        const port = /"facilitator ready","port":(\d+)/.exec(written.text)?.[1];
        if (port !== undefined) return `http://127.0.0.1:${port}`;
        if (ended) throw new Error(`The facilitator ended:\n${written.text}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}
