import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hashPassword } from "../../../../lib/auth/password.ts";
import { setRuntime } from "../../../../lib/services/runtime.ts";
import { type Call, call, claimCookie, makeUser, type TestUser } from "../../../../lib/testing/api.ts";
import { type FakeChain, fakeChains, makeNetwork } from "../../../../lib/testing/chains.ts";
import { makeEndpoint, testPayTo } from "../../../../lib/testing/factories.ts";
import { createTestRuntime, type TestRuntime } from "../../../../lib/testing/runtime.ts";
import { GET as list } from "./route.ts";
import { POST as inspect } from "./stablecoin/inspect/route.ts";
import { DELETE as disconnect, PUT as connect } from "./stablecoin/route.ts";

const base = makeNetwork(8453, "Base", { explorerUrl: "https://basescan.org" });
const polygon = makeNetwork(137, "Polygon");
const password = "correct horse battery";
const chains = new Map<string, FakeChain>();
let runtime: TestRuntime;
let user: TestUser;
let passwordHash: string;

beforeAll(async () => {
  runtime = await createTestRuntime({ stablecoins: [base, polygon], openChain: fakeChains(chains) });
  setRuntime(runtime);
  passwordHash = await hashPassword(password);
});
beforeEach(async () => {
  chains.clear();
  chains.set(base.network, { balance: 1_500_001n });
  chains.set(polygon.network, {});
  user = await makeUser(runtime, { passwordHash });
});
afterAll(() => runtime.close());

const valid = { address: testPayTo, networks: [base.network, polygon.network], password };
const put = (body: object, headers: Call["headers"] = user.session) =>
  call(runtime, connect, { method: "PUT", body, headers });
const remove = (headers: Call["headers"] = user.session) =>
  call(runtime, disconnect, { method: "DELETE", headers });
const look = (address: string) => call(runtime, inspect, { body: { address }, headers: user.session });
const get = (headers: Call["headers"] = user.session) => call(runtime, list, { headers });
const actions = async () =>
  (await runtime.db.prisma.auditLog.findMany({ where: { workspaceId: user.workspaceId } })).map(
    ({ action }) => action,
  );
const execute = "0x6080604052346363b61d27f614601157fe";
const mute = "0x60806040523463deadbeef14601157fe";

describe("GET /payouts", () => {
  it("says what is possible, and never where the operator reads chains", async () => {
    const answer = await get();
    expect(answer.body).toEqual({
      stablecoin: {
        unavailable: null,
        networks: [
          {
            network: "eip155:8453",
            name: "Base",
            testnet: false,
            asset: { address: base.asset.address, symbol: "USDC", decimals: 6 },
            explorerUrl: "https://basescan.org",
          },
          expect.objectContaining({ network: "eip155:137", name: "Polygon", explorerUrl: null }),
        ],
        connected: null,
      },
      lightning: { network: "regtest", connected: null },
    });
    expect(answer.text).not.toContain("secret-of");
  });

  it("is the workspace's own", async () => {
    expect((await put(valid)).status).toBe(200);
    const other = await makeUser(runtime);
    expect((await get(other.session)).body).toMatchObject({ stablecoin: { connected: null } });
    expect((await get(user.key)).body).toMatchObject({ stablecoin: { connected: { address: testPayTo } } });
    expect((await remove(other.session)).status).toBe(204);
    expect((await get()).body).toMatchObject({ stablecoin: { connected: { address: testPayTo } } });
  });

  it("says in words that the operator has set no facilitator", async () => {
    const bare = await createTestRuntime();
    setRuntime(bare);
    try {
      const somebody = await makeUser(bare, { passwordHash });
      const answer = await call(bare, list, { headers: somebody.session });
      expect(answer.body).toMatchObject({
        stablecoin: { unavailable: expect.stringContaining("FACILITATORS"), networks: [] },
      });
      const refused = await call(bare, connect, { method: "PUT", body: valid, headers: somebody.session });
      expect(refused).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining("FACILITATORS") },
      });
    } finally {
      setRuntime(runtime);
      await bare.close();
    }
  });
});

describe("POST /payouts/stablecoin/inspect", () => {
  it("reads an account on each network, to the last unit", async () => {
    const answer = await look(testPayTo.toLowerCase());
    expect(answer.body).toMatchObject({
      address: testPayTo,
      hadChecksum: false,
      networks: [
        {
          name: "Base",
          reachable: true,
          chainIdMatches: true,
          kind: "account",
          delegated: false,
          balance: "1500001",
          wayOut: null,
          problem: null,
          warning: null,
        },
        { name: "Polygon", kind: "account", balance: "0", warning: null },
      ],
    });
  });

  it("knows an account that lent its address to code", async () => {
    const code = { [testPayTo.toLowerCase()]: `0xef0100${"ab".repeat(20)}` };
    chains.set(base.network, { code });
    expect((await look(testPayTo)).body).toMatchObject({
      networks: [{ kind: "account", delegated: true, warning: null }, { delegated: false }],
    });
  });

  it("warns of a contract that keeps what it gets, and of where nothing is deployed", async () => {
    chains.set(base.network, { code: { [testPayTo.toLowerCase()]: mute } });
    expect((await look(testPayTo)).body).toMatchObject({
      networks: [
        { kind: "contract", wayOut: false, warning: expect.stringContaining("no way to move tokens") },
        { kind: "account", warning: expect.stringContaining("nothing is deployed at it on Polygon") },
      ],
    });
    chains.set(base.network, { code: { [testPayTo.toLowerCase()]: execute } });
    expect((await look(testPayTo)).body).toMatchObject({
      networks: [{ kind: "contract", wayOut: true, warning: null }, {}],
    });
  });

  it("is not failed by networks that are away or that are not what they should be", async () => {
    chains.set(base.network, { down: true });
    chains.set(polygon.network, { chainId: 1n });
    const answer = await look(testPayTo);
    expect(answer.body).toMatchObject({
      networks: [
        {
          reachable: false,
          chainIdMatches: null,
          kind: null,
          balance: null,
          problem: "Base did not answer just now.",
        },
        {
          reachable: true,
          chainIdMatches: false,
          kind: null,
          problem: expect.stringContaining("chain 1, not for 137"),
        },
      ],
    });
    expect(answer.text).not.toContain("secret-of");
  });

  it("waits four seconds and no longer", async () => {
    chains.set(base.network, { silent: true });
    const start = performance.now();
    expect((await look(testPayTo)).body).toMatchObject({
      networks: [{ reachable: false }, { reachable: true }],
    });
    expect(performance.now() - start).toBeLessThan(6_000);
  });

  it.each([
    [base.asset.address, "USDC token itself"],
    ["ada.eth", "Names such as"],
    [testPayTo.replace("C5", "c5"), "EIP-55"],
  ])("names the field for %s", async (address, words) => {
    expect(await look(address)).toMatchObject({
      status: 422,
      body: { errors: [{ field: "address", message: expect.stringContaining(words) }] },
    });
  });

  it("is for people who are signed in", async () => {
    const body = { address: testPayTo };
    expect((await call(runtime, inspect, { body, headers: user.key })).status).toBe(403);
    expect((await call(runtime, inspect, { body })).status).toBe(401);
    expect((await call(runtime, inspect, { body, headers: claimCookie(runtime, "x") })).status).toBe(401);
  });
});

describe("PUT /payouts/stablecoin", () => {
  it("connects, changes and tells who did, beside an audit row each", async () => {
    const first = await put({ ...valid, address: testPayTo.toLowerCase(), networks: [base.network] });
    expect(first).toMatchObject({
      status: 200,
      body: {
        stablecoin: {
          connected: {
            address: testPayTo,
            kind: "account",
            networks: [base.network],
            updatedBy: "Ada",
            liveEndpoints: [],
          },
        },
      },
    });
    expect((await put(valid)).body).toMatchObject({
      stablecoin: { connected: { networks: valid.networks } },
    });
    expect(await actions()).toEqual(["payout.connect", "payout.change"]);
    const [, change] = await runtime.db.prisma.auditLog.findMany({
      where: { workspaceId: user.workspaceId },
    });
    expect(change).toMatchObject({
      actor: user.userId,
      detail: { address: testPayTo, before: { address: testPayTo, networks: [base.network] } },
    });
    expect(JSON.stringify(change?.detail)).not.toContain(password);
  });

  it("wants the password wherever the address changes, and only there", async () => {
    const field = { status: 422, body: { errors: [{ field: "password" }] } };
    expect(await put({ ...valid, password: undefined })).toMatchObject(field);
    expect(await put({ ...valid, password: "wrong password" })).toMatchObject(field);
    expect((await put(valid)).status).toBe(200);
    expect((await put({ ...valid, password: undefined, networks: [base.network] })).status).toBe(200);
    const other = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
    expect(await put({ ...valid, password: undefined, address: other })).toMatchObject(field);
    expect((await get()).body).toMatchObject({ stablecoin: { connected: { address: testPayTo } } });
    expect((await put({ ...valid, address: other })).status).toBe(200);
  });

  it("is for an owner who is signed in, not for a member and not for a key", async () => {
    expect((await put(valid, user.key)).status).toBe(403);
    expect((await put(valid, {})).status).toBe(401);
    await runtime.db.prisma.membership.updateMany({
      where: { userId: user.userId },
      data: { role: "member" },
    });
    expect(await put(valid)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining("owner") },
    });
    expect((await remove()).status).toBe(403);
    expect(await actions()).toEqual([]);
  });

  it("asks to confirm what it warns of, on the networks that were chosen", async () => {
    chains.set(base.network, { code: { [testPayTo.toLowerCase()]: execute } });
    const refused = await put(valid);
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ field: "confirmWarnings", message: expect.stringContaining("on Polygon") }] },
    });
    expect((await put({ ...valid, networks: [base.network] })).body).toMatchObject({
      stablecoin: { connected: { kind: "contract" } },
    });
    expect((await put({ ...valid, confirmWarnings: true })).status).toBe(200);
  });

  it("takes a network that is away only when that was confirmed, and never if all are", async () => {
    chains.set(polygon.network, { down: true });
    expect((await put(valid)).body).toMatchObject({ errors: [{ field: "confirmWarnings" }] });
    expect((await put({ ...valid, confirmWarnings: true })).status).toBe(200);
    expect(await put({ ...valid, networks: [polygon.network], confirmWarnings: true })).toMatchObject({
      status: 503,
      body: { code: "rail_unavailable" },
    });
    chains.set(base.network, { chainId: 1n });
    expect(await put({ ...valid, confirmWarnings: true })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "networks.0", message: expect.stringContaining("chain 1") }] },
    });
  });

  it.each([
    [{ address: "0x1" }, "address"],
    [{ address: base.asset.address }, "address"],
    [{ networks: [] }, "networks"],
    [{ networks: ["eip155:1"] }, "networks.0"],
    [{ networks: [base.network, base.network] }, "networks"],
    [{ payTo: testPayTo }, "payTo"],
    [{ workspaceId: "ws_x" }, "workspaceId"],
  ])("names the field of %j", async (change, field) => {
    expect(await put({ ...valid, ...change })).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    expect(await actions()).toEqual([]);
  });

  it("lets one of two first ones at once win, and the other look again", async () => {
    const other = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
    const answers = await Promise.all([put(valid), put({ ...valid, address: other })]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await actions()).toEqual(["payout.connect"]);
  });

  it("has the data plane reload the workspace's endpoints", async () => {
    const { id } = await makeEndpoint(runtime.db.pool, { workspaceId: user.workspaceId });
    await put(valid);
    const row = await runtime.db.prisma.endpoint.findUniqueOrThrow({ where: { id } });
    expect(row.version).toBe(2);
  });
});

describe("DELETE /payouts/stablecoin", () => {
  it("is refused while LIVE endpoints sell through it, and says which", async () => {
    await put(valid);
    const live = await makeEndpoint(runtime.db.pool, {
      workspaceId: user.workspaceId,
      mode: "live",
      title: "Weather",
    });
    await makeEndpoint(runtime.db.pool, { workspaceId: user.workspaceId, title: "Still TEST" });
    expect((await get()).body).toMatchObject({
      stablecoin: { connected: { liveEndpoints: [{ id: live.id, title: "Weather", slug: live.slug }] } },
    });
    const refused = await remove();
    expect(refused).toMatchObject({ status: 409, body: { endpoints: [{ id: live.id }] } });
    expect(refused.body["detail"]).toContain("Weather");
    expect(refused.body["detail"]).not.toContain("Still TEST");
    await runtime.db.pool.query("update endpoint set status = 'archived' where id = $1", [live.id]);
    expect((await remove()).status).toBe(204);
    expect((await get()).body).toMatchObject({ stablecoin: { connected: null } });
    expect((await remove()).status).toBe(204);
    expect(await actions()).toEqual(["payout.connect", "payout.disconnect"]);
    expect((await remove(user.key)).status).toBe(403);
  });
});
