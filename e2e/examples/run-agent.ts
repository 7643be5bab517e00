import { once } from "node:events";
import { root, runNpm } from "./start-example.ts";

export interface AgentRun {
  readonly code: number | null;
  /** What arrived at once, in order. */
  readonly chunks: readonly string[];
  /** The bodies of the answers. */
  readonly text: string;
  /** What it says of its steps. */
  readonly steps: string;
}

/** Runs the example `agent-client` from the root of the repository. */
export async function runAgent(...args: readonly string[]): Promise<AgentRun> {
  const agent = runNpm(["start", "-s", "-w", "examples/agent-client", "--", ...args], { cwd: root });
  const chunks: string[] = [];
  let steps = "";
  agent.stdout.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  agent.stderr.on("data", (chunk: Buffer) => (steps += chunk.toString()));
  await once(agent, "close");
  return { code: agent.exitCode, chunks, text: chunks.join(""), steps };
}
