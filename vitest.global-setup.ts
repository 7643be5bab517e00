import { createServer } from "node:http";
import type { TestProject } from "vitest/node";
import { buildApp } from "./packages/nextjs/test/build-app.ts";
import { startTestServer } from "./scripts/db/test-server.mjs";

/**
 * What is made once for the whole run, by the first test file that asks an address here for it: one Postgres, and the
 * build of the Next application. A run of pure tests waits for neither.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: ReturnType<typeof startTestServer> | undefined;
  let built: Promise<void> | undefined;
  const make = async (path: string): Promise<string> => {
    if (path === "/next") {
      built ??= buildApp();
      await built;
      return "built";
    }
    started ??= startTestServer();
    const { url, template } = await started;
    return JSON.stringify({ url, template });
  };
  const starter = createServer((request, response) => {
    make(request.url ?? "").then(
      (text) => response.end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => starter.listen(0, "127.0.0.1", resolve));
  const address = starter.address();
  if (address === null || typeof address === "string")
    throw new Error("The starter of the tests has no port");
  const origin = `http://127.0.0.1:${address.port}`;
  project.provide("databaseStarter", origin);
  project.provide("nextBuilder", `${origin}/next`);
  return async () => {
    starter.close();
    await (await started?.catch(() => undefined))?.stop();
  };
}
