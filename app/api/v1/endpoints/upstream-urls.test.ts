import { afterAll, beforeAll, describe, expect, it } from "vitest";
import cases from "../../../../packages/proxy/cases/upstream-urls.json" with { type: "json" };
import { setRuntime } from "../../../../lib/services/runtime.ts";
import { call, makeUser, type TestUser } from "../../../../lib/testing/api.ts";
import { createTestRuntime, type TestRuntime } from "../../../../lib/testing/runtime.ts";
import { POST as create } from "./route.ts";

let runtime: TestRuntime;
let user: TestUser;
beforeAll(async () => {
  runtime = await createTestRuntime({
    self: ["https://app.paywall-site.net", "https://paywall-content.net"],
  });
  setRuntime(runtime);
  user = await makeUser(runtime);
});
afterAll(() => runtime.close());

/** A value of the table; long ones are written as what repeats. */
function written(value: (typeof cases)[number]["value"]): unknown {
  if (typeof value !== "object") return value;
  const [unit = "", times = 0] = value.repeat;
  return value.before + String(unit).repeat(Number(times));
}

describe("POST /endpoints with an upstream", () => {
  it.each(cases)("$id $name", async ({ value, expect: expected }) => {
    const url = written(value);
    const { status, body } = await call(runtime, create, { body: { url, price: "1" }, headers: user.key });
    if (expected === "accepted") {
      expect(status).toBe(201);
      return;
    }
    expect({ status, field: Object(body["errors"])[0]?.field }).toEqual({ status: 422, field: "url" });
    // What is no text, or longer than any URL may be, is refused before it is read as one.
    const formal = typeof url !== "string" || url.length > 2_048;
    expect(body["code"]).toBe(formal ? "validation_failed" : expected);
  });
});
