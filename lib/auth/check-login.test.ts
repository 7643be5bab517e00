import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeUser } from "../testing/api.ts";
import { createTestRuntime, type TestRuntime } from "../testing/runtime.ts";
import { checkLogin } from "./check-login.ts";
import { hashPassword } from "./password.ts";

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await createTestRuntime();
});
afterAll(() => runtime.close());

const right = "pässword 🦆\0 of more than sixty-four characters, kept exactly as it was typed";

async function makeAccount() {
  return makeUser(runtime, { passwordHash: await hashPassword(right) });
}

describe("login", () => {
  it("opens a session for the right password, in any case of the address", async () => {
    const { email, userId } = await makeAccount();
    const claims = await checkLogin(runtime, {
      email: email.toUpperCase(),
      password: right,
      clientAddress: "192.0.2.1",
    });
    expect(claims).toEqual({ userId, sessionVersion: 1 });
  });

  it("answers alike for a wrong password, an unknown account, and input that cannot be right", async () => {
    const { email } = await makeAccount();
    const tries = [
      { email, password: `${right}!` },
      { email, password: right.slice(0, 72) },
      { email: "nobody@example.com", password: right },
      { email: "no\0body", password: right },
      { email: `${email},b@evil.com`, password: right },
    ];
    for (const input of tries) {
      expect(await checkLogin(runtime, { ...input, clientAddress: "192.0.2.2" })).toBeUndefined();
    }
  });

  it("does not hash a megabyte", async () => {
    const { email } = await makeAccount();
    const started = performance.now();
    expect(
      await checkLogin(runtime, { email, password: "x".repeat(1_000_000), clientAddress: "192.0.2.3" }),
    ).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(50);
  });

  it("stops guessing from one address, while the owner gets in from another", async () => {
    const { email } = await makeAccount();
    const guess = (clientAddress: string, password: string) =>
      checkLogin(runtime, { email, password, clientAddress });
    for (let index = 0; index < 10; index++)
      expect(await guess("192.0.2.4", `wrong ${index}`)).toBeUndefined();
    await expect(guess("192.0.2.4", right)).rejects.toMatchObject({ code: "rate_limited" });
    expect(await guess("192.0.2.5", right)).toBeDefined();
  });
});
