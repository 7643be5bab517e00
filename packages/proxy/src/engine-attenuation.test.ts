import {
  addCaveat,
  decodeMacaroon,
  encodeMacaroon,
  findHeader,
  fromBase64,
  toBase64,
} from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import { DAY, delta, FakeTransport, perToken, priced, report } from "../test/draws.ts";
import {
  buyL402,
  createWorld,
  granted,
  jsonBody,
  nodeCrypto,
  serve,
  type World,
} from "../test/engine-fixtures.ts";

const TARGET = "/p/demo/v1/x";
const bundle = priced({ model: "bundle", amount: 50_000n, uses: 5, validSeconds: DAY });

/** What the holder of a token makes of it for somebody else. */
function narrow(token: string, ...caveats: readonly string[]): string {
  const macaroon = decodeMacaroon(fromBase64(token) ?? new Uint8Array());
  if (macaroon === undefined) throw new Error("no macaroon");
  return toBase64(
    encodeMacaroon(caveats.reduce((each, caveat) => addCaveat(each, caveat, nodeCrypto), macaroon)),
  );
}

async function buy(world: World) {
  const { token, preimage } = await buyL402(world, TARGET);
  const present = (...caveats: readonly string[]) =>
    world.get(TARGET, [["Authorization", `L402 ${narrow(token, ...caveats)}:${preimage}`]]);
  return { token, present };
}

it("a token says what it holds: uses or balance, and until when", async () => {
  const texts = async (world: World) => {
    const { token } = await buyL402(world, TARGET);
    const { caveats = [] } = decodeMacaroon(fromBase64(token) ?? new Uint8Array()) ?? {};
    return caveats.filter((text) => !text.startsWith("quote="));
  };
  const end = 1_800_000_000 + 300 + DAY;
  expect(await texts(createWorld({}, bundle))).toEqual([
    "services=demo:0",
    `demo_valid_until=${end}`,
    "uses=5",
  ]);
  expect(await texts(createWorld({}, priced(perToken())))).toContain("balance=1000000");
});

describe("a token that was narrowed to some uses", () => {
  it("is good for them, and the full one for the rest", async () => {
    const world = createWorld({}, bundle);
    const { present } = await buy(world);
    for (let use = 0; use < 2; use++) await serve(granted(await present("uses=2")));
    expect(jsonBody(await present("uses=2"))).toMatchObject({ status: 402, code: "payment_insufficient" });
    for (let use = 0; use < 3; use++) await serve(granted(await present()));
    expect(jsonBody(await present())).toMatchObject({ code: "payment_insufficient" });
  });

  it("is not good for one more when all are drawn at the same time", async () => {
    const world = createWorld({}, bundle);
    const { present } = await buy(world);
    await serve(granted(await present()));
    const decisions = await Promise.all(Array.from({ length: 20 }, () => present("uses=3")));
    const grants = decisions.filter(({ kind }) => kind === "granted");
    expect(grants.length).toBeLessThanOrEqual(2);
    for (const decision of grants) await serve(granted(decision));
    await serve(granted(await present()));
  });

  it("cannot be widened again", async () => {
    const { present } = await buy(createWorld({}, bundle));
    expect(jsonBody(await present("uses=2", "uses=3"))).toMatchObject({
      status: 402,
      code: "invalid_challenge",
    });
    expect(jsonBody(await present("uses=6"))).toMatchObject({ code: "invalid_challenge" });
    expect(jsonBody(await present("uses=0"))).toMatchObject({ code: "wrong_resource" });
  });
});

describe("a token that was narrowed in time", () => {
  it("ends then, while the full one goes on", async () => {
    const world = createWorld({}, bundle);
    const { present } = await buy(world);
    const until = `demo_valid_until=${Math.floor(world.now / 1000) + 3_600}`;
    await serve(granted(await present(until)));
    world.now += 3_600_000;
    expect(jsonBody(await present(until))).toMatchObject({ status: 402, code: "payment_expired" });
    await serve(granted(await present()));
  });

  it("opens nothing late either: what was not used in time is the owner's", async () => {
    const world = createWorld();
    const { present } = await buy(world);
    const until = `demo_valid_until=${Math.floor(world.now / 1000) + 10}`;
    world.now += 10_000;
    expect(jsonBody(await present(until))).toMatchObject({ status: 402, code: "payment_expired" });
    await serve(granted(await present()));
  });
});

describe("a token that was narrowed to a part of its balance", () => {
  it("draws that, and no more, also while it streams", async () => {
    const world = createWorld({}, priced(perToken()));
    const { present } = await buy(world);
    const first = new FakeTransport(granted(await present("balance=3")));
    await first.begin();
    for (let token = 0; token < 3; token++) first.push(delta("a"));
    first.push(report(3));
    await first.end();
    const [id] = [...world.store.receipts()].map(({ id: receipt }) => receipt);
    expect(id).toBeDefined();
    expect(jsonBody(await present("balance=3"))).toMatchObject({ status: 402, code: "payment_insufficient" });
    expect((await present()).kind).toBe("granted");
  });

  it("is refused where it does not cover the beginning of an answer", async () => {
    const { present } = await buy(
      createWorld({}, priced(perToken({ minimum: 0n, rates: { outputToken: 5_000_000n } }))),
    );
    expect(jsonBody(await present("balance=4"))).toMatchObject({ code: "payment_insufficient" });
  });
});

it("a narrowed token is never traded for a wider one", async () => {
  const world = createWorld({}, bundle);
  const { token, preimage } = await buyL402(world, TARGET);
  const present = (text: string) => world.get(TARGET, [["Authorization", `L402 ${text}:${preimage}`]]);
  const until = `demo_valid_until=${Math.floor(world.now / 1000) + 60}`;
  for (const caveat of ["uses=2", until, "method=GET", "path=/v1/x"]) {
    const narrowed = narrow(token, caveat);
    const body = JSON.stringify({ token: narrowed, preimage, as: "token" });
    const readBody = async (): Promise<Uint8Array> => new TextEncoder().encode(body);
    const headers = [["Content-Type", "application/json"]] as const;
    const traded = await world.get("/p/demo/.unlock", headers, { method: "POST", readBody });
    expect(jsonBody(traded)).toMatchObject({ status: 402, code: "wrong_resource" });
    const head = await serve(granted(await present(narrowed)));
    expect(findHeader(head.headers, "paywall-access-token")).toBeUndefined();
  }
  const other = createWorld({}, bundle);
  const bought = await buyL402(other, TARGET);
  const full = await serve(granted(await other.get(TARGET, bought.headers)));
  expect(findHeader(full.headers, "paywall-access-token")).toBeDefined();
});
