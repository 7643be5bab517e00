import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setRuntime } from "../../../../lib/services/runtime.ts";
import { type Call, call, claimCookie, makeUser, type TestUser } from "../../../../lib/testing/api.ts";
import { fakeChains, makeNetwork } from "../../../../lib/testing/chains.ts";
import { makeEndpoint, makePayout } from "../../../../lib/testing/factories.ts";
import { makePaidRequest } from "../../../../lib/testing/payments.ts";
import { createTestRuntime, type TestRuntime } from "../../../../lib/testing/runtime.ts";
import { GET as getMe } from "../me/route.ts";
import { GET as payments } from "../payments/route.ts";
import { DELETE as disconnect } from "../payouts/stablecoin/route.ts";
import { POST as setMode } from "./[id]/mode/route.ts";
import { POST as pause } from "./[id]/pause/route.ts";
import { POST as resume } from "./[id]/resume/route.ts";
import { PATCH as patch } from "./[id]/route.ts";
import { GET as list, POST as create } from "./route.ts";

const network = makeNetwork(84532, "Base Sepolia", { testnet: true });
let runtime: TestRuntime;
let user: TestUser;
let id: string;

beforeAll(async () => {
  const openChain = fakeChains(new Map([[network.network, {}]]));
  runtime = await createTestRuntime({ stablecoins: [network], openChain });
  setRuntime(runtime);
});
beforeEach(async () => {
  user = await makeUser(runtime);
  id = (await makeEndpoint(runtime.db.pool, { workspaceId: user.workspaceId })).id;
});
afterAll(() => runtime.close());

const go = (mode: string, headers: Call["headers"] = user.session) =>
  call(runtime, setMode, { params: { id }, body: { mode }, headers });
const readMe = async () => (await call(runtime, getMe, { headers: user.session })).body["workspace"];

describe("POST /endpoints/:id/mode", () => {
  it("goes LIVE on the connected rails and back, with an audit row each and the version raised", async () => {
    await makePayout(runtime.db.pool, user.workspaceId);
    expect(await readMe()).toMatchObject({ live: false });
    expect((await go("live")).body).toMatchObject({ mode: "live", rails: ["stablecoin"], revenue: "0" });
    expect(await readMe()).toMatchObject({ live: true });
    expect((await go("live", user.key)).status).toBe(200);
    expect((await go("test", user.key)).body).toMatchObject({ mode: "test", rails: ["sandbox"] });
    const rows = await runtime.db.prisma.auditLog.findMany({ where: { target: id } });
    expect(rows.map(({ action, actor }) => [action, actor === user.userId])).toEqual([
      ["endpoint.go-live", true],
      ["endpoint.back-to-test", false],
    ]);
    expect(rows[0]?.detail).toEqual({ from: "test", to: "live", rails: ["stablecoin"] });
    // Two changes of mode and one of the payout.
    const row = await runtime.db.prisma.endpoint.findUniqueOrThrow({ where: { id } });
    expect(row.version).toBe(4);
  });

  it("needs somewhere for the money to go", async () => {
    expect(await go("live")).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("Connect a payment rail first") },
    });
    await makePayout(runtime.db.pool, user.workspaceId, { networks: ["eip155:1"] });
    expect(await go("live")).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("none of your networks") },
    });
    const row = await runtime.db.prisma.endpoint.findUniqueOrThrow({ where: { id } });
    expect(row).toMatchObject({ mode: "test", rails: ["sandbox"] });
  });

  it("needs an account", async () => {
    const body = { url: "https://api.weather-site.com/v1", price: "10000" };
    const made = await call(runtime, create, { body });
    const token = /claim=([^;]+)/.exec(made.headers.get("set-cookie") ?? "")?.[1] ?? "";
    const headers = claimCookie(runtime, token);
    const anonymous = String(made.body["id"]);
    const { workspaceId } = await runtime.db.prisma.endpoint.findUniqueOrThrow({ where: { id: anonymous } });
    await makePayout(runtime.db.pool, workspaceId);
    const answer = await call(runtime, setMode, {
      params: { id: anonymous },
      body: { mode: "live" },
      headers,
    });
    expect(answer).toMatchObject({ status: 401, body: { detail: expect.stringContaining("Sign up first") } });
    const back = await call(runtime, setMode, { params: { id: anonymous }, body: { mode: "test" }, headers });
    expect(back.status).toBe(200);
  });

  it("takes no other mode, no other field, and no archived endpoint", async () => {
    await makePayout(runtime.db.pool, user.workspaceId);
    expect(await go("LIVE")).toMatchObject({ status: 422, body: { errors: [{ field: "mode" }] } });
    const body = { mode: "live", rails: ["card"] };
    const more = await call(runtime, setMode, { params: { id }, body, headers: user.session });
    expect(more).toMatchObject({ status: 422, body: { errors: [{ field: "rails" }] } });
    const patched = await call(runtime, patch, {
      method: "PATCH",
      params: { id },
      body: { mode: "live" },
      headers: user.session,
    });
    expect(patched).toMatchObject({ status: 422, body: { errors: [{ field: "mode" }] } });
    await runtime.db.pool.query("update endpoint set status = 'archived' where id = $1", [id]);
    expect((await go("live")).status).toBe(409);
  });

  it("never leaves a LIVE endpoint without its rail, whatever comes first", async () => {
    await makePayout(runtime.db.pool, user.workspaceId);
    const [live, gone] = await Promise.all([
      go("live"),
      call(runtime, disconnect, { method: "DELETE", headers: user.session }),
    ]);
    expect([live.status, gone.status].toSorted()).toEqual(live.status === 200 ? [200, 409] : [204, 409]);
  });

  it("resumes a LIVE endpoint only while it can be paid", async () => {
    const act = (route: typeof pause) =>
      call(runtime, route, { params: { id }, body: {}, headers: user.session });
    await makePayout(runtime.db.pool, user.workspaceId);
    await go("live");
    expect((await act(pause)).status).toBe(200);
    await runtime.db.pool.query("delete from payout where workspace_id = $1", [user.workspaceId]);
    expect((await act(resume)).status).toBe(409);
    await makePayout(runtime.db.pool, user.workspaceId);
    expect((await act(resume)).status).toBe(200);
  });

  it("keeps what was earned in TEST in TEST", async () => {
    await makePaidRequest(runtime, { workspaceId: user.workspaceId, endpointId: id });
    await makePayout(runtime.db.pool, user.workspaceId);
    expect((await go("live")).body).toMatchObject({ revenue: "0", paidRequests: 0 });
    const count = async (route: typeof list, mode: string) => {
      const answer = await call(runtime, route, { path: `/x?mode=${mode}`, headers: user.session });
      return answer.body["items"];
    };
    expect(await count(payments, "live")).toHaveLength(0);
    expect(await count(payments, "test")).toHaveLength(1);
    expect(await count(list, "live")).toHaveLength(1);
    expect(await count(list, "test")).toHaveLength(0);
    expect((await go("test")).body).toMatchObject({ revenue: "10000", paidRequests: 1 });
  });
});

describe("what a creator chooses for an endpoint", () => {
  const sample = { contentType: "application/json", body: '{"celsius": 11.4}' };
  const change = (body: object) =>
    call(runtime, patch, { method: "PATCH", params: { id }, body, headers: user.session });

  it("is when it is charged, and a sample answer", async () => {
    const body = { url: "https://api.weather-site.com/v1", price: "10000", settleFirst: true, sample };
    const made = await call(runtime, create, { body, headers: user.session });
    expect(made.body).toMatchObject({ settleFirst: true, sample, rails: ["sandbox"] });
    expect((await change({ settleFirst: true, sample })).body).toMatchObject({ settleFirst: true, sample });
    expect((await change({ title: "Other" })).body).toMatchObject({ settleFirst: true, sample });
    expect((await change({ settleFirst: false, sample: null })).body).toMatchObject({
      settleFirst: false,
      sample: null,
    });
  });

  it.each([
    [{ settleFirst: "yes" }, "settleFirst"],
    [{ sample: { contentType: "json", body: "{}" } }, "sample.contentType"],
    [{ sample: { contentType: "text/plain\r\nX: y", body: "a" } }, "sample.contentType"],
    [{ sample: { contentType: "application/json", body: "{" } }, "sample.body"],
    [{ sample: { contentType: "application/problem+json; a=b", body: "{" } }, "sample.body"],
    [{ sample: { contentType: "text/plain", body: "é".repeat(2_049) } }, "sample.body"],
    [{ sample: { contentType: "text/plain", body: "" } }, "sample.body"],
    [{ sample: { contentType: "text/plain", body: "a\0b" } }, "sample.body"],
    [{ sample: { ...sample, status: 200 } }, "sample.status"],
    [{ rails: ["stablecoin"] }, "rails"],
  ])("names the field of %j", async (body, field) => {
    expect(await change(body)).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });
});
