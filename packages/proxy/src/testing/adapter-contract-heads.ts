import { expect, it } from "vitest";
import type { AdapterWorld } from "./adapter-world.ts";

/** HEAD, ranges, validators, cookies, preflights, caches. */
export function checkAdapterHeads({ call, paid, options }: AdapterWorld): void {
  const length = (bytes: number) => (options.reframes === true ? undefined : String(bytes));

  it("answers HEAD at the price of GET, without a body", async () => {
    const challenge = await call("/file", { method: "HEAD" });
    expect([challenge.status, (await challenge.body()).length]).toEqual([402, 0]);
    const answer = await paid("/file", { method: "HEAD" });
    expect([answer.status, (await answer.body()).length, answer.headers.etag]).toEqual([200, 0, '"v1"']);
  });

  it("passes ranges and validators", async () => {
    const part = await paid("/file", { headers: [["range", "bytes=10-19"]] });
    expect([part.status, part.headers["content-range"], String(await part.body())]).toEqual([
      206,
      "bytes 10-19/100",
      "0123456789",
    ]);
    const whole = await paid("/file");
    expect([whole.status, whole.headers["content-length"], (await whole.body()).length]).toEqual([
      200,
      length(100),
      100,
    ]);
    const fresh = await paid("/file", { headers: [["if-none-match", '"v1"']] });
    expect([fresh.status, fresh.headers.etag, (await fresh.body()).length]).toEqual([304, '"v1"', 0]);
  });

  it("keeps the application's own headers and cookies, and what only the paywall may say", async () => {
    const { status, headers } = await paid("/cookie");
    expect([status, headers["set-cookie"], headers["x-own"]]).toEqual([
      200,
      ["a=1; Path=/", "b=2; Path=/"],
      "kept",
    ]);
    expect(headers["cache-control"]).toBe("private, no-store");
    expect(headers["payment-receipt"]).not.toBe("forged");
    expect(headers.vary?.toLowerCase()).toContain("authorization");
  });

  it("lets any origin read challenge and receipt", async () => {
    for (const { headers } of [await call("/flat"), await paid("/flat")]) {
      expect(headers["access-control-allow-origin"]).toBe("*");
      expect(headers["access-control-expose-headers"]).toMatch(
        /WWW-Authenticate.*PAYMENT-REQUIRED.*Payment-Receipt/,
      );
    }
    const preflight = await call("/flat", {
      method: "OPTIONS",
      headers: [
        ["origin", "https://other.example"],
        ["access-control-request-method", "GET"],
        ["access-control-request-headers", "payment-signature"],
      ],
    });
    expect([preflight.status, preflight.headers["access-control-allow-origin"]]).toEqual([204, "*"]);
  });

  it.each([
    [
      "two payments at once",
      [
        ["Authorization", "L402 AA:00"],
        ["PAYMENT-SIGNATURE", "e30="],
      ],
      400,
    ],
    ["bytes that are no x402 payment", [["PAYMENT-SIGNATURE", "%%%"]], 400],
    ["a macaroon that is none", [["Authorization", `L402 AAAA:${"0".repeat(64)}`]], 402],
    ["a bearer that nobody sold", [["Authorization", "Bearer pw_AAAA"]], 402],
  ] as const)("refuses %s", async (_, headers, status) => {
    const answer = await call("/flat", { headers });
    expect([400, 402]).toContain(answer.status);
    if (status === 402) expect(answer.headers["payment-required"]).toBeDefined();
    expect(JSON.parse(String(await answer.body()))).toMatchObject({ status: answer.status });
  });
}
