import { createServer } from "node:http";
import type { TestProject } from "vitest/node";
import { startTestServer } from "./scripts/db/test-server.mjs";

/**
 * One Postgres for the whole run, started by the first test file that asks this address for it: a run of pure tests
 * waits for no database.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: ReturnType<typeof startTestServer> | undefined;
  const starter = createServer((_, response) => {
    started ??= startTestServer();
    started.then(
      ({ url, template }) => response.end(JSON.stringify({ url, template })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => starter.listen(0, "127.0.0.1", resolve));
  const address = starter.address();
  if (address === null || typeof address === "string")
    throw new Error("The starter of the test database has no port");
  project.provide("databaseStarter", `http://127.0.0.1:${address.port}`);
  return async () => {
    starter.close();
    await (await started?.catch(() => undefined))?.stop();
  };
}
