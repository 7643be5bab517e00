import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { clearAttempts, takeAttempt } from "./rate-limit.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const limit = { name: "test", count: 10, seconds: 600 };

describe("rate limit", () => {
  it("lets exactly so many through, however many come at once", async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, () => takeAttempt(database.pool, limit, "one")),
    );
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(10);
    const refused = outcomes.find((outcome) => outcome.status === "rejected");
    expect(refused?.reason).toMatchObject({
      code: "rate_limited",
      options: { retryAfter: expect.any(Number) },
    });
    expect(refused?.reason.options.retryAfter).toBeGreaterThan(590);
    await expect(takeAttempt(database.pool, limit, "another")).resolves.toBeUndefined();
  });

  it("starts anew after the window, and after a success", async () => {
    const once = { ...limit, name: "once", count: 1 };
    await takeAttempt(database.pool, once, "x");
    await expect(takeAttempt(database.pool, once, "x")).rejects.toMatchObject({ code: "rate_limited" });
    await database.pool.query("update rate_limit set resets_at = now() - interval '1 second'");
    await takeAttempt(database.pool, once, "x");
    await clearAttempts(database.pool, once, "x");
    await takeAttempt(database.pool, once, "x");
  });

  it("keeps no subject in the table", async () => {
    await takeAttempt(database.pool, limit, "ada@example.com 203.0.113.9");
    const { rows } = await database.pool.query<{ text: string }>("select r::text as text from rate_limit r");
    expect(rows.map((row) => row.text).join()).not.toMatch(/ada|203\.0/);
  });
});
