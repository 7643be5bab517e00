import { expect, it } from "vitest";
import { hashPassword, verifyPassword } from "./password.ts";

it("hashes with argon2id at 19 MiB, two passes, one lane, a new salt each time", async () => {
  const [first, second] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(first).not.toBe(second);
  expect(await verifyPassword(first, "correct horse")).toBe(true);
  expect(await verifyPassword(first, "correct horsf")).toBe(false);
});

it("does the same work for an unknown user", async () => {
  const known = await hashPassword("correct horse");
  await verifyPassword(undefined, "warm up");
  const time = async (hash: string | undefined) => {
    const started = performance.now();
    for (let round = 0; round < 5; round++) expect(await verifyPassword(hash, "wrong")).toBe(false);
    return performance.now() - started;
  };
  expect(await time(undefined)).toBeGreaterThan((await time(known)) / 3);
});
