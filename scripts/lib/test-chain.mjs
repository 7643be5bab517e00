// The chain of the test instance: anvil, and facilitators that settle on it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bootstrap.mjs";
import { freePort, startChild, stopChildren, waitUntilReady } from "./processes.mjs";

/** @returns `{ rpcUrl, facilitatorUrls, stop }` once all of it answers */
export async function startTestChain({ dataDir }) {
  const port = await freePort();
  mkdirSync(join(dataDir, "logs"), { recursive: true });
  const child = startChild({
    name: "chain",
    command: process.execPath,
    args: ["--conditions=source", "e2e/chain/serve.ts", String(port)],
    cwd: root,
    env: process.env,
    logFile: join(dataDir, "logs", "chain.log"),
  });
  const stop = () => stopChildren([child]);
  const url = `http://127.0.0.1:${port}/`;
  try {
    await waitUntilReady(url, child);
    return { ...(await (await fetch(url)).json()), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
