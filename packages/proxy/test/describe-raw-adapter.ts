import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../src/testing/ask.ts";
import { sendRaw } from "../src/testing/raw-socket.ts";

interface RawCase {
  readonly id: string;
  readonly name: string;
  readonly request:
    | string
    | { readonly before: string; readonly repeat: readonly [string, number]; readonly after: string };
}

const cases: readonly RawCase[] = JSON.parse(
  readFileSync(new URL("../cases/raw-http.json", import.meta.url), "utf8"),
);

/** An application of Node in which every path costs a cent. */
export interface RawApp {
  readonly origin: string;
  readonly runs: () => number;
  close(): Promise<void>;
}

/** The gateway's raw requests against an adapter: whatever Node's parser lets through, no handler runs for nothing. */
export function describeRawAdapter(name: string, start: () => Promise<RawApp>): void {
  describe(`raw requests: ${name}`, () => {
    let app: RawApp;
    beforeAll(async () => {
      app = await start();
    });
    afterAll(() => app.close());

    it.each(cases)("$id $name", async ({ request }) => {
      const before = app.runs();
      const { text } = await sendRaw(Number(new URL(app.origin).port), written(request), 300);
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map((match) => Number(match[1]));
      for (const status of statuses) expect(status).toBeGreaterThanOrEqual(400);
      expect(app.runs()).toBe(before);
      expect((await ask(`${app.origin}/alive`)).status).toBe(402);
    });
  });
}

function written(request: RawCase["request"]): string {
  if (typeof request === "string") return request;
  const [unit, times] = request.repeat;
  return request.before + unit.repeat(times) + request.after;
}
