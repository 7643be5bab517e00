import { randomBytes } from "node:crypto";
import {
  addCaveat,
  decodeBolt11,
  decodeMacaroon,
  encodeMacaroon,
  fromBase64,
  mintL402,
  parseQuote,
  type Quote,
  toBase64,
} from "@x402-paywall/core";
import { nodeCrypto } from "@x402-paywall/proxy/node";
import {
  createHodlInvoice,
  createInvoice,
  getInvoice,
  payViaPaymentRequest,
  settleHodlInvoice,
} from "ln-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lightning, startLightning } from "../nodes/start-lightning.ts";
import { readReceipts } from "./books.ts";
import { ask, hashOf, type LightningChallenge } from "./challenge.ts";
import { type LiveWorld, startLiveWorld } from "./world.ts";

let net: Lightning;
let world: LiveWorld;
let url: string;
/** All that must be found nowhere. */
const preimages: string[] = [];

beforeAll(async () => {
  net = await startLightning();
  const { connection, socket, pubkey } = net.creator;
  world = await startLiveWorld({ connection, address: socket, nodeKey: pubkey });
  url = await world.sell("/v1/weather");
});
afterAll(async () => {
  await world?.close();
  await net?.close();
});

async function pay(challenge: LightningChallenge): Promise<string> {
  const { preimage } = await net.payer.pay(challenge.bolt11);
  preimages.push(preimage);
  return preimage;
}

async function present(
  authorization: string,
  target = url,
): Promise<{ status: number; code: string | undefined }> {
  const answer = await fetch(target, { headers: { authorization } });
  const text = await answer.text();
  return { status: answer.status, code: text.startsWith("{") ? JSON.parse(text).code : undefined };
}

function quoteOf({ token }: LightningChallenge): Quote {
  const { caveats = [] } = decodeMacaroon(fromBase64(token) ?? new Uint8Array()) ?? {};
  const quote = parseQuote(caveats.find((text) => text.startsWith("quote="))?.slice(6) ?? "");
  if (quote === undefined) throw new Error("no quote");
  return quote;
}

/** A token of the instance's own for an invoice that it did not make. */
function mintFor(paymentHash: string, quote: Quote): string {
  const slug = new URL(url).pathname.split("/")[2] ?? "";
  return mintL402({ quote, paymentHash, slug, keys: world.keys, crypto: nodeCrypto });
}

function freshQuote(quote: Quote): Quote {
  return { ...quote, id: randomBytes(16).toString("base64url") };
}

const countReceipts = async (): Promise<number> => (await readReceipts(world.pool, world.workspaceId)).count;

describe("credentials", () => {
  it("B416 a random preimage: 402", async () => {
    const { token } = await ask(`${url}?b416`);
    const answer = await present(`L402 ${token}:${randomBytes(32).toString("hex")}`, `${url}?b416`);
    expect(answer).toEqual({ status: 402, code: "verification_failed" });
  });

  it("B419 a macaroon with a flipped bit, at each byte: never served", async () => {
    const target = `${url}?b419`;
    const challenge = await ask(target);
    const preimage = await pay(challenge);
    const bytes = fromBase64(challenge.token) ?? new Uint8Array();
    for (const index of bytes.keys()) {
      const flipped = bytes.map((byte, at) => (at === index ? byte ^ 1 : byte));
      const { status } = await present(`L402 ${toBase64(flipped)}:${preimage}`, target);
      expect({ index, refused: status === 402 || status === 400 }).toEqual({ index, refused: true });
    }
    // And it is still good.
    expect(await present(`L402 ${challenge.token}:${preimage}`, target)).toMatchObject({ status: 200 });
  });

  it("B420 a macaroon without its signature: refused", async () => {
    const target = `${url}?b420`;
    const challenge = await ask(target);
    const preimage = await pay(challenge);
    const bytes = fromBase64(challenge.token) ?? new Uint8Array();
    for (const end of [bytes.length - 34, bytes.length - 32, bytes.length - 1])
      expect([400, 402]).toContain(
        (await present(`L402 ${toBase64(bytes.subarray(0, end))}:${preimage}`, target)).status,
      );
  });

  it("B421 caveats that widen, B424 10,000 caveats: refused, quickly", async () => {
    const target = `${url}?b421`;
    const challenge = await ask(target);
    const preimage = await pay(challenge);
    const macaroon = decodeMacaroon(fromBase64(challenge.token) ?? new Uint8Array());
    if (macaroon === undefined) throw new Error("no macaroon");
    const slug = new URL(url).pathname.split("/")[2] ?? "";
    for (const caveat of [`${slug}_valid_until=99999999999`, `services=${slug}:0,other:0`, `quote=x`]) {
      const wider = toBase64(encodeMacaroon(addCaveat(macaroon, caveat, nodeCrypto)));
      expect(await present(`L402 ${wider}:${preimage}`, target)).toMatchObject({ status: 402 });
    }
    // As no encoder of ours would write them: before the end and the signature, which are 35 bytes.
    const bytes = encodeMacaroon(macaroon);
    const caveats = (count: number): Uint8Array =>
      new Uint8Array(Buffer.from("0203613d6200".repeat(count), "hex"));
    const started = performance.now();
    for (const count of [500, 10_000]) {
      const many = Buffer.concat([bytes.subarray(0, -35), caveats(count), bytes.subarray(-35)]);
      const { status } = await present(`L402 ${toBase64(many)}:${preimage}`, target);
      expect([400, 402, 431]).toContain(status);
    }
    expect(performance.now() - started).toBeLessThan(250);
  });

  it("B428 two colons: refused", async () => {
    const { token } = await ask(`${url}?b428`);
    expect([400, 402]).toContain((await present(`L402 ${token}:${"ab".repeat(32)}:x`)).status);
  });
});

describe("invoices", () => {
  it("B432 each has an amount, and what brought less is not served", async () => {
    const challenge = await ask(`${url}?b432`);
    expect(decodeBolt11(challenge.bolt11)?.amountMsat).toBe(10_000n);
    const secret = randomBytes(32).toString("hex");
    preimages.push(secret);
    const { request } = await createInvoice({ lnd: net.creator.lnd(), secret });
    await payViaPaymentRequest({ lnd: net.payer.lnd(), request, tokens: 1, pathfinding_timeout: 20_000 });
    const token = mintFor(hashOf(secret), freshQuote(quoteOf(challenge)));
    const before = await countReceipts();
    const answer = await present(`L402 ${token}:${secret}`, `${url}?b432`);
    expect(answer).toEqual({ status: 402, code: "payment_insufficient" });
    expect(await countReceipts()).toBe(before);
  });

  it("B431 one that is held but not settled is not served and not paid for again; B429 settled late, it is honoured", async () => {
    const target = `${url}?b431`;
    const secret = randomBytes(32).toString("hex");
    preimages.push(secret);
    const id = hashOf(secret);
    const lnd = net.creator.lnd();
    const { request } = await createHodlInvoice({ lnd, id, tokens: 10 });
    const paid = payViaPaymentRequest({ lnd: net.payer.lnd(), request, pathfinding_timeout: 60_000 });
    await expect.poll(async () => (await getInvoice({ lnd, id })).is_held).toBe(true);
    // The quote ran out a minute ago, and the money arrives only now.
    const now = Math.floor(Date.now() / 1000);
    const quote = { ...freshQuote(quoteOf(await ask(target))), issuedAt: now - 360, expiresAt: now - 60 };
    const authorization = `L402 ${mintFor(id, quote)}:${secret}`;
    const held = await present(authorization, target);
    expect(held).toEqual({ status: 503, code: "rail_unavailable" });
    await settleHodlInvoice({ lnd, secret });
    await paid;
    await expect.poll(async () => (await present(authorization, target)).status).toBe(200);
    expect(await present(authorization, target)).toMatchObject({ status: 409 });
  });

  it("B433 a hash that was paid is never offered again", async () => {
    const target = `${url}?b433`;
    const hashes: string[] = [];
    for (let round = 0; round < 3; round++) {
      const challenge = await ask(target);
      const preimage = await pay(challenge);
      expect(await present(`L402 ${challenge.token}:${preimage}`, target)).toMatchObject({ status: 200 });
      hashes.push(challenge.paymentHash);
    }
    expect(new Set(hashes).size).toBe(3);
  });

  it("one payment never buys both, L402 and MPP", async () => {
    const target = `${url}?both`;
    const challenge = await ask(target);
    const preimage = await pay(challenge);
    const [l402, mpp] = await Promise.all([
      fetch(target, { headers: challenge.l402(preimage) }),
      fetch(target, { headers: challenge.mpp(preimage) }),
    ]);
    expect([l402.status, mpp.status].toSorted()).toEqual([200, 409]);
  });

  it("1,000 presentations of one payment: one 200", async () => {
    const target = `${url}?race`;
    const challenge = await ask(target);
    const preimage = await pay(challenge);
    const statuses = await Promise.all(
      Array.from(
        { length: 1_000 },
        async () => (await present(`L402 ${challenge.token}:${preimage}`, target)).status,
      ),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(new Set(statuses)).toEqual(new Set([200, 409]));
  });
});

it("B439 no preimage is in the log, and none in the database", async () => {
  expect(preimages.length).toBeGreaterThan(5);
  const { rows: tables } = await world.pool.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  );
  const dumps = await Promise.all(
    tables.map(({ name }) => world.pool.query(`select to_jsonb(t)::text as row from "${name}" t`)),
  );
  const text = dumps.flatMap(({ rows }) => rows.map((row: { row: string }) => row.row)).join("\n");
  // The dump is one: what it must hold is there.
  expect(text).toContain(hashOf(preimages[0] ?? ""));
  for (const preimage of preimages) {
    expect(text).not.toContain(preimage);
    expect(world.gateway.output()).not.toContain(preimage);
  }
});
