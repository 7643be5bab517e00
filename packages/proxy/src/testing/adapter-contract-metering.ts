import { expect, it } from "vitest";
import { type AdapterWorld, withHeader } from "./adapter-world.ts";

interface Info {
  readonly balance: string;
  readonly held: string;
  readonly spent: string;
}

/** Prices by usage: what the handler reports, what is read out of its stream, and a payer who leaves. */
export function checkAdapterMetering({ call, buy }: AdapterWorld): void {
  const info = async (credential: readonly [string, string]): Promise<Info> => {
    let last: Info | undefined;
    await expect
      .poll(
        async () => {
          last = JSON.parse(
            String(await (await call("/.paywall/info", { headers: [credential] })).body()),
          ) as Info;
          return last.held;
        },
        { timeout: 10_000 },
      )
      .toBe("0.00");
    if (last === undefined) throw new Error("Nothing is known of the balance");
    return last;
  };

  it("charges what the handler reports, and keeps the rest of the deposit", async () => {
    const credential = await buy("/units?units=7");
    const answer = await call("/units?units=7", { headers: [credential] });
    expect([answer.status, JSON.parse(String(await answer.body()))]).toEqual([200, { units: 7 }]);
    expect(await info(credential)).toMatchObject({ spent: "0.007", balance: "0.043" });
    await (await call("/units?units=3", { headers: [credential] })).body();
    expect(await info(credential)).toMatchObject({ spent: "0.01", balance: "0.04" });
  });

  it("reads the usage of a model's stream as it passes, and ends it with a receipt", async () => {
    const request = { method: "POST" };
    const credential = await buy("/chat?tokens=50", request);
    const answer = await call("/chat?tokens=50", withHeader(request, credential));
    const text = String(await answer.body());
    expect(text.match(/word /g)).toHaveLength(50);
    expect(text).toMatch(/: payment-receipt \S+/);
    // 20 × 0.50 + 50 × 2, for a million of each.
    expect(await info(credential)).toMatchObject({ spent: "0.00011" });
  });

  it("charges a payer who leaves for what arrived", async () => {
    const request = { method: "POST" };
    const credential = await buy("/chat?tokens=2000", request);
    const answer = await call("/chat?tokens=2000", withHeader(request, credential));
    await new Promise((resolve) => answer.message.once("data", resolve));
    answer.leave();
    const spent = Number((await info(credential)).spent);
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThan(0.002);
  });

  it("tops a balance up, and opens nothing with it", async () => {
    const credential = await buy("/units?units=1");
    await (await call("/units?units=1", { headers: [credential] })).body();
    const { topUpUrl } = JSON.parse(
      String(await (await call("/.paywall/info", { headers: [credential] })).body()),
    ) as {
      topUpUrl: string;
    };
    const path = new URL(topUpUrl).pathname + new URL(topUpUrl).search;
    const topUp = await buy(path);
    expect((await call(path, { headers: [topUp] })).status).toBe(200);
    expect(await info(credential)).toMatchObject({ balance: "0.099" });
    expect((await call("/units?units=1", { headers: [topUp] })).status).toBe(402);
  });
}
