import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hashPassword } from "../../../../../lib/auth/password.ts";
import { setRuntime } from "../../../../../lib/services/runtime.ts";
import { call, makeUser, type TestUser } from "../../../../../lib/testing/api.ts";
import { makeNetwork } from "../../../../../lib/testing/chains.ts";
import { makeEndpoint, makePayout } from "../../../../../lib/testing/factories.ts";
import { fakeNodes, makeMacaroon } from "../../../../../lib/testing/lightning.ts";
import { createTestRuntime, type TestRuntime } from "../../../../../lib/testing/runtime.ts";
import { POST as setMode } from "../../endpoints/[id]/mode/route.ts";
import { POST as archive } from "../../endpoints/[id]/archive/route.ts";
import { POST as restore } from "../../endpoints/[id]/restore/route.ts";
import { POST as resume } from "../../endpoints/[id]/resume/route.ts";
import { GET as list } from "../route.ts";
import { DELETE as disconnectStablecoin } from "../stablecoin/route.ts";
import { DELETE as disconnect, PUT as connect } from "./route.ts";

const password = "correct horse battery";
let runtime: TestRuntime;
let user: TestUser;
let passwordHash: string;

beforeAll(async () => {
  runtime = await createTestRuntime({
    stablecoins: [makeNetwork(84532, "Base Sepolia")],
    checkLightning: fakeNodes().checkLightning,
  });
  setRuntime(runtime);
  passwordHash = await hashPassword(password);
});
beforeEach(async () => {
  user = await makeUser(runtime, { passwordHash });
});
afterAll(() => runtime.close());

const put = () => {
  const connection = { kind: "lnd", address: "node.example.com:10009", macaroon: makeMacaroon() };
  return call(runtime, connect, { method: "PUT", body: { connection, password }, headers: user.session });
};
const remove = () => call(runtime, disconnect, { method: "DELETE", headers: user.session });
const get = async () => (await call(runtime, list, { headers: user.session })).body["lightning"];
const audits = () => runtime.db.prisma.auditLog.findMany({ where: { workspaceId: user.workspaceId } });
const railsOf = async (id: string) =>
  (await runtime.db.prisma.endpoint.findUniqueOrThrow({ where: { id } })).rails;

describe("rails of LIVE endpoints", () => {
  const live = (rails: readonly string[], status: "active" | "archived" = "active") =>
    makeEndpoint(runtime.db.pool, {
      workspaceId: user.workspaceId,
      mode: "live",
      rails,
      status,
      title: "Weather",
    });

  it("gain the one that is connected, and lose the one that is not any more", async () => {
    await makePayout(runtime.db.pool, user.workspaceId);
    const { id } = await live(["stablecoin"]);
    const draft = await makeEndpoint(runtime.db.pool, { workspaceId: user.workspaceId });
    const foreign = await makeEndpoint(runtime.db.pool, { mode: "live" });
    expect(await put()).toMatchObject({
      body: { lightning: { connected: { liveEndpoints: [{ id, onlyRail: false }] } } },
    });
    expect(await railsOf(id)).toEqual(["stablecoin", "lightning"]);
    expect(await railsOf(draft.id)).toEqual(["sandbox"]);
    expect(await railsOf(foreign.id)).toEqual(["stablecoin"]);
    expect((await remove()).status).toBe(204);
    expect(await railsOf(id)).toEqual(["stablecoin"]);
    expect((await remove()).status).toBe(204);
    expect((await audits()).map(({ action, detail }) => [action, detail])).toMatchObject([
      ["payout.connect", { endpoints: [id] }],
      ["payout.disconnect", { endpoints: [id] }],
    ]);
    expect(await get()).toMatchObject({ connected: null });
  });

  it("are never without one: a node that they have alone stays, and so does an address", async () => {
    await put();
    const { id } = await live(["lightning"]);
    expect(await remove()).toMatchObject({
      status: 409,
      body: { endpoints: [{ id }], detail: expect.stringContaining("Weather") },
    });
    await makePayout(runtime.db.pool, user.workspaceId);
    // Its own rails count, not what is connected beside them.
    expect((await remove()).status).toBe(409);
    await runtime.db.pool.query("update endpoint set rails = '{stablecoin,lightning}' where id = $1", [id]);
    expect(
      (await call(runtime, disconnectStablecoin, { method: "DELETE", headers: user.session })).status,
    ).toBe(204);
    expect(await railsOf(id)).toEqual(["lightning"]);
    expect((await remove()).status).toBe(409);
  });

  it("are all that are connected when one goes LIVE", async () => {
    const { id } = await makeEndpoint(runtime.db.pool, { workspaceId: user.workspaceId });
    const go = () =>
      call(runtime, setMode, { params: { id }, body: { mode: "live" }, headers: user.session });
    expect((await go()).status).toBe(409);
    await put();
    expect((await go()).body).toMatchObject({ rails: ["lightning"] });
    await runtime.db.pool.query("update endpoint set mode = 'test', rails = '{sandbox}' where id = $1", [id]);
    await makePayout(runtime.db.pool, user.workspaceId);
    expect((await go()).body).toMatchObject({ rails: ["stablecoin", "lightning"] });
  });

  it("have the data plane reload them", async () => {
    const { id } = await live(["stablecoin"]);
    const version = async () =>
      (await runtime.db.prisma.endpoint.findUniqueOrThrow({ where: { id } })).version;
    const before = await version();
    await put();
    const connected = await version();
    expect(connected).toBeGreaterThan(before);
    await put();
    expect(await version()).toBeGreaterThan(connected);
  });

  it("are those that are connected when what was archived sells again", async () => {
    await put();
    const { id, slug } = await live(["lightning"]);
    const act = (route: typeof resume, body: object = {}) =>
      call(runtime, route, { params: { id }, body, headers: user.session });
    expect((await act(archive, { slug })).status).toBe(200);
    expect((await remove()).status).toBe(204);
    expect((await act(restore)).status).toBe(200);
    expect((await act(resume)).status).toBe(409);
    await makePayout(runtime.db.pool, user.workspaceId);
    expect((await act(resume)).status).toBe(200);
    expect(await railsOf(id)).toEqual(["stablecoin"]);
  });
});
