import pg from "pg";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { createEndpoint } from "../create-endpoint.ts";
import { payL402, signX402, type Headers402 } from "../credentials.ts";
import { getInstance } from "../instance.ts";

const instance = getInstance();
const [first = "", second = ""] = instance.gatewayUrls;
const db = new pg.Pool({ connectionString: instance.databaseUrl, max: 2 });
afterAll(() => db.end());

const wires: Record<string, (url: string) => Promise<Headers402>> = {
  x402: signX402,
  L402: (url) => payL402(instance.appUrl, url),
};

/** How often the demo upstream ran a path since the last reset. */
async function countRuns(path: string): Promise<number> {
  const stats = (await (await fetch(`${instance.demoUrl}/control/stats`)).json()) as {
    hits: Record<string, number>;
  };
  return stats.hits[path] ?? 0;
}

beforeEach(() => fetch(`${instance.demoUrl}/control/reset`, { method: "POST" }));

describe.each(Object.entries(wires))("one %s credential", (_wire, pay) => {
  it("presented 1,000 times at once to two gateway processes: one 200, one charge, one receipt, one run", async () => {
    const path = `/weather?race=${crypto.randomUUID()}`;
    const credential = await pay(`${first}/p/demo-json${path}`);
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, async (_, index) => {
        const answer = await fetch(`${index % 2 === 0 ? first : second}/p/demo-json${path}`, {
          headers: credential,
        });
        const body = await answer.text();
        return { status: answer.status, body, receipt: answer.headers.get("paywall-receipt") };
      }),
    );
    const served = answers.filter((answer) => answer.status === 200);
    expect(served).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 409)).toHaveLength(999);
    const receiptId = served[0]?.receipt;
    expect(receiptId).toMatch(/^rcp_/);
    expect(await countRuns("/v1/weather")).toBe(1);
    const receipts = await db.query("SELECT payment_key FROM receipt WHERE id = $1", [receiptId]);
    expect(receipts.rowCount).toBe(1);
    const key = (receipts.rows[0] as { payment_key: string }).payment_key;
    const charges = await db.query("SELECT state FROM payment WHERE payment_key = $1", [key]);
    expect(charges.rows).toEqual([{ state: "delivered" }]);
    const same = await db.query("SELECT id FROM receipt WHERE payment_key = $1", [key]);
    expect(same.rowCount).toBe(1);
  });

  it("is answered 409 with the receipt's id after delivery", async () => {
    const url = `${first}/p/demo-json/weather?again=${crypto.randomUUID()}`;
    const credential = await pay(url);
    const paid = await fetch(url, { headers: credential });
    await paid.arrayBuffer();
    expect(paid.status).toBe(200);
    await expect
      .poll(async () => {
        const replay = await fetch(`${second}${new URL(url).pathname}${new URL(url).search}`, {
          headers: credential,
        });
        const body = (await replay.json()) as { code: string; receipt?: string };
        return [replay.status, body.code, body.receipt];
      })
      .toEqual([409, "credential_redeemed", paid.headers.get("paywall-receipt")]);
  });

  it("for one path does not buy another, nor another query, and stays good", async () => {
    const url = `${first}/p/demo-json/weather?city=${crypto.randomUUID()}`;
    const credential = await pay(url);
    const others = {
      [`${url}0`]: "wrong_resource",
      [`${first}/p/demo-json/quotes/ACME`]: "wrong_resource",
      [`${first}/p/demo-json/premium/report`]: "payment_insufficient",
    };
    for (const [other, code] of Object.entries(others)) {
      const answer = await fetch(other, { headers: credential });
      const body = (await answer.json()) as { code: string };
      expect([answer.status, body.code]).toEqual([402, code]);
    }
    // Another endpoint: refused by whichever of its checks comes first, and always with a fresh challenge.
    const foreign = await fetch(`${first}/p/demo-file`, { headers: credential });
    await foreign.body?.cancel();
    expect(foreign.status).toBe(402);
    expect(foreign.headers.has("payment-required")).toBe(true);
    const rightful = await fetch(url, { headers: credential });
    await rightful.arrayBuffer();
    expect(rightful.status).toBe(200);
  });

  it("for GET does not buy POST", async () => {
    const url = `${first}/p/demo-json/echo?m=${crypto.randomUUID()}`;
    const credential = await pay(url);
    const post = await fetch(url, { method: "POST", headers: credential, body: "x" });
    expect(post.status).toBe(402);
    expect(((await post.json()) as { code: string }).code).toBe("wrong_resource");
  });

  it("survives an upstream failure uncharged, and then serves once", async () => {
    const url = `${first}/p/demo-json/weather?fail=${crypto.randomUUID()}`;
    const credential = await pay(url);
    await fetch(`${instance.demoUrl}/control/fail-next`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ times: 3, status: 503 }),
    });
    for (let attempt = 0; attempt < 3; attempt++) {
      const failed = await fetch(url, { headers: credential });
      expect(failed.status).toBe(502);
      expect(((await failed.json()) as { code: string }).code).toBe("upstream_error");
    }
    const served = await fetch(url, { headers: credential });
    await served.arrayBuffer();
    expect(served.status).toBe(200);
  });
});

describe.each([
  ["the gateway's process", first],
  ["the app's own /p route", instance.singleContentUrl],
])("an endpoint that binds bodies, through %s", (_name, contentUrl) => {
  it("sells one body and no other, and prices requests that have none", async () => {
    await createEndpoint({ slug: "test-body", url: `${instance.demoUrl}/v1`, bindBody: true });
    const url = `${contentUrl}/p/test-body/echo?b=${crypto.randomUUID()}`;
    const send = (body: string, headers = {}) => fetch(url, { method: "POST", body, headers });
    const bare = await fetch(url);
    const credential = await signX402(url, { method: "POST", body: "mine" });
    const other = await send("another", credential);
    const own = await send("mine", credential);
    expect([bare.status, other.status, own.status]).toEqual([402, 402, 200]);
    expect(await other.json()).toMatchObject({ code: "body_mismatch" });
    await Promise.all([bare.text(), own.text()]);
  });
});
