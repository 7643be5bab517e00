import { once } from "node:events";
import { freeOrigin, stopGroup } from "../examples/start-example.ts";
import { spawnCommand } from "./shell.ts";
import type { Starter } from "./starters.ts";

export interface RunningApp {
  readonly origin: string;
  stop(): Promise<void>;
}

const PATIENCE_MS = 90_000;

/** Starts an application by its own command, on a free port; resolves when it answers. @throws what it said, where it ends. */
export async function startApp(
  line: readonly string[],
  cwd: string,
  listenOn: Starter["listenOn"] = () => [],
): Promise<RunningApp> {
  const { port } = new URL(await freeOrigin());
  const origin = `http://localhost:${port}`;
  const app = spawnCommand([...line, ...listenOn(port, origin)], cwd, { PORT: port, PUBLIC_URL: origin });
  let output = "";
  for (const stream of [app.stdout, app.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(app, "exit").then(() => {
    throw new Error(`${line.join(" ")} ended:\n${output}`);
  });
  ended.catch(() => undefined);
  const stop = () => stopGroup(app, origin);
  try {
    await Promise.race([ended, answers(origin)]);
    return { origin, stop };
  } catch (error) {
    await stop();
    throw new Error(`${line.join(" ")} did not answer at ${origin}:\n${output}`, { cause: error });
  }
}

/** Whatever it answers: the first request may be the one that a development server compiles for. */
async function answers(origin: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const isOpen = await fetch(origin, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
      async (response) => {
        await response.body?.cancel();
        return true;
      },
      () => false,
    );
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`No answer within ${PATIENCE_MS} ms`);
}
