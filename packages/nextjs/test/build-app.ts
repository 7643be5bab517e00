import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The application of this folder. */
export const app: string = fileURLToPath(new URL("app", import.meta.url));
export const next: string = fileURLToPath(
  new URL("../../../node_modules/next/dist/bin/next", import.meta.url),
);

/** `next build`. Two at once in one folder would break each other: test files ask the global setup for it. */
export async function buildApp(): Promise<void> {
  const env = { ...process.env, NODE_ENV: "production" as const, NEXT_TELEMETRY_DISABLED: "1" };
  const child = spawn(process.execPath, [next, "build"], { cwd: app, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`next build failed:\n${output}`);
}
