import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { hashPassword } from "../../../../../lib/auth/password.ts";
import { openConnection } from "../../../../../lib/lightning/sealed-connection.ts";
import { setRuntime } from "../../../../../lib/services/runtime.ts";
import { createSecretBox } from "../../../../../lib/store/secret-box.ts";
import { type Call, call, claimCookie, makeUser, type TestUser } from "../../../../../lib/testing/api.ts";
import { fakeNodes, goodNode, makeMacaroon, testCertificate } from "../../../../../lib/testing/lightning.ts";
import { createTestRuntime, type TestRuntime } from "../../../../../lib/testing/runtime.ts";
import { GET as list } from "../route.ts";
import { POST as check } from "./check/route.ts";
import { DELETE as disconnect, PUT as connect } from "./route.ts";

const password = "correct horse battery";
const nodes = fakeNodes();
let runtime: TestRuntime;
let user: TestUser;
let passwordHash: string;

beforeAll(async () => {
  runtime = await createTestRuntime({ checkLightning: nodes.checkLightning });
  setRuntime(runtime);
  passwordHash = await hashPassword(password);
});
beforeEach(async () => {
  nodes.state.answer = goodNode;
  nodes.state.tested = [];
  nodes.state.wait = () => Promise.resolve();
  user = await makeUser(runtime, { passwordHash });
});
afterAll(() => runtime.close());

const connection = () => ({
  kind: "lnd",
  address: "node.example.com:10009",
  certificate: testCertificate,
  macaroon: makeMacaroon(),
});
const put = (change: object = {}, headers: Call["headers"] = user.session) =>
  call(runtime, connect, { method: "PUT", body: { connection: connection(), password, ...change }, headers });
const test = (of: object = connection(), headers: Call["headers"] = user.session) =>
  call(runtime, check, { body: { connection: of }, headers });
const remove = (headers: Call["headers"] = user.session) =>
  call(runtime, disconnect, { method: "DELETE", headers });
const get = async (headers: Call["headers"] = user.session) =>
  (await call(runtime, list, { headers })).body["lightning"];
const rows = () =>
  runtime.db.prisma.lightningNode.findMany({
    where: { workspaceId: user.workspaceId },
    orderBy: [{ createdAt: "asc" }, { retiredAt: "asc" }],
  });
const audits = () => runtime.db.prisma.auditLog.findMany({ where: { workspaceId: user.workspaceId } });

describe("PUT /payouts/lightning", () => {
  it("connects what was tested, and tells who did, never how it is reached", async () => {
    expect(await get()).toEqual({ network: "regtest", connected: null });
    const answer = await put();
    expect(answer).toMatchObject({
      status: 200,
      body: {
        lightning: {
          connected: {
            kind: "lnd",
            address: "node.example.com:10009",
            nodeKey: goodNode.nodeKey,
            createdBy: "Ada",
            problem: null,
            liveEndpoints: [],
          },
        },
      },
    });
    expect(await get(user.key)).toEqual(answer.body["lightning"]);
    const [entry, ...others] = await audits();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      actor: user.userId,
      action: "payout.connect",
      target: "lightning",
      detail: { kind: "lnd", address: "node.example.com:10009", nodeKey: goodNode.nodeKey },
    });
  });

  it("seals the connection for its row alone, with the key's id", async () => {
    const { macaroon } = connection();
    await put({ connection: { ...connection(), macaroon } });
    const [row] = await rows();
    const box = createSecretBox(runtime.env.secretKeys);
    const sealed = { bytes: row?.connection ?? new Uint8Array(), keyId: row?.connectionKeyId ?? "" };
    expect(sealed.keyId).toBe(box.keyId);
    expect(openConnection(box, user.workspaceId, row?.id ?? "", sealed)).toEqual({
      kind: "lnd",
      socket: "node.example.com:10009",
      cert: Buffer.from(testCertificate).toString("base64"),
      macaroon,
    });
    expect(() => openConnection(box, user.workspaceId, "ln_other", sealed)).toThrow();
  });

  it("replaces: the one before is retired and keeps its secret, so that its invoices are honoured", async () => {
    await put();
    const second = { kind: "phoenixd", url: "https://phoenix.example.com/", password: "limited-one" };
    expect((await put({ connection: second })).body).toMatchObject({
      lightning: { connected: { kind: "phoenixd", address: "phoenix.example.com" } },
    });
    const all = await rows();
    expect(
      all.map(({ kind, retiredAt, connection: sealed }) => [kind, retiredAt === null, sealed === null]),
    ).toEqual([
      ["lnd", false, false],
      ["phoenixd", true, false],
    ]);
    expect((await audits()).map(({ action }) => action)).toEqual(["payout.connect", "payout.change"]);
  });

  it("is for an owner with the password, not for a member and not for a key", async () => {
    const field = { status: 422, body: { errors: [{ field: "password" }] } };
    expect(await put({ password: undefined })).toMatchObject(field);
    expect(await put({ password: "wrong password" })).toMatchObject(field);
    expect((await put({}, user.key)).status).toBe(403);
    expect((await put({}, {})).status).toBe(401);
    expect((await put({}, claimCookie(runtime, "x"))).status).toBe(401);
    await runtime.db.prisma.membership.updateMany({
      where: { userId: user.userId },
      data: { role: "member" },
    });
    expect(await put()).toMatchObject({ status: 403, body: { detail: expect.stringContaining("owner") } });
    expect((await test()).status).toBe(403);
    expect((await remove()).status).toBe(403);
    expect(nodes.state.tested).toEqual([]);
    expect(await rows()).toEqual([]);
    expect(await audits()).toEqual([]);
  });

  it("asks to confirm each thing that is not as it should be, or cannot be told", async () => {
    nodes.state.answer = {
      ...goodNode,
      inboundMsat: null,
      warnings: ["inbound-unknown", "spending-unknown"],
    };
    expect(await put()).toMatchObject({
      status: 422,
      body: {
        errors: [
          { field: "confirmWarnings", message: expect.stringContaining("ChannelBalance") },
          { field: "confirmWarnings", message: expect.stringContaining("spend") },
        ],
      },
    });
    expect(await rows()).toEqual([]);
    expect((await put({ confirmWarnings: true })).status).toBe(200);
    expect((await audits())[0]?.detail).toMatchObject({ confirmWarnings: true });
  });

  it.each([
    [
      "too-many-rights",
      "connection.macaroon",
      "lncli bakemacaroon invoices:read invoices:write uri:/lnrpc.Lightning/ChannelBalance",
    ],
    ["certificate", "connection.certificate", "tls.cert"],
    ["unauthorized", "connection.macaroon", "lncli bakemacaroon"],
    ["forbidden", "connection.macaroon", "lncli bakemacaroon"],
    ["unreachable", "connection.address", "rpclisten"],
    ["timeout", "connection.address", "in time"],
    ["unavailable", "connection.address", "lncli unlock"],
    ["malformed", "connection.address", "10009"],
    ["wrong-network", "connection.address", "regtest"],
    ["no-inbound", "connection.address", "inbound liquidity"],
  ] as const)("keeps nothing of a node that is %s, whatever was confirmed", async (failure, field, words) => {
    nodes.state.answer = { ok: false, failure, extra: ["offchain:write"], detail: "" };
    const refused = await put({ confirmWarnings: true });
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ field, message: expect.stringContaining(words) }] },
    });
    expect(await rows()).toEqual([]);
    expect(await audits()).toEqual([]);
  });

  it.each([
    [{ connection: { kind: "cln" } }, "connection.kind"],
    [{ connection: { kind: "lnd", address: "", macaroon: makeMacaroon() } }, "connection.address"],
    [{ connection: { kind: "lnd", address: "node.example.com:10009" } }, "connection.macaroon"],
    [{ connection: { kind: "nwc", uri: "nostr+walletconnect://x" } }, "connection.uri"],
    [{ connection: { kind: "phoenixd", url: "phoenix.example.com", password: "x" } }, "connection.url"],
    [
      { connection: { kind: "phoenixd", url: "https://phoenix.example.com", password: "" } },
      "connection.password",
    ],
    [{ connection: { ...connection(), socket: "x" } }, "connection.socket"],
    [{ nodeKey: goodNode.nodeKey }, "nodeKey"],
    [{ workspaceId: "ws_x" }, "workspaceId"],
  ])("names the field of %j", async (change, field) => {
    expect(await put(change)).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    expect(nodes.state.tested).toEqual([]);
  });

  it("lets one of two first ones at once win, and the other look again", async () => {
    nodes.state.wait = () => vi.waitFor(() => expect(nodes.state.tested).toHaveLength(2));
    const answers = await Promise.all([put(), put()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await rows()).toHaveLength(1);
  });

  it("is limited", async () => {
    nodes.state.answer = { ...goodNode, warnings: ["inbound-low"] };
    const statuses: number[] = [];
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as the password's own limit wants it
    for (let attempt = 0; attempt < 21; attempt++) statuses.push((await put()).status);
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 422), 429]);
    expect(nodes.state.tested).toHaveLength(20);
  });
});

describe("POST /payouts/lightning/check", () => {
  it("says what was found, and keeps nothing", async () => {
    expect((await test()).body).toEqual({
      ok: true,
      kind: "lnd",
      address: "node.example.com:10009",
      nodeKey: goodNode.nodeKey,
      inboundMsat: "5000000000",
      warnings: [],
    });
    expect(await rows()).toEqual([]);
    expect(await audits()).toEqual([]);
  });

  it("says in words what is wrong and what to do, with the line to run", async () => {
    nodes.state.answer = {
      ok: false,
      failure: "too-many-rights",
      extra: ["offchain:write", "onchain:write", "a:b", "c:d", "e:f", "g:h", "i:j"],
      detail: "",
    };
    expect((await test()).body).toEqual({
      ok: false,
      problem: {
        failure: "too-many-rights",
        field: "connection.macaroon",
        title: "This macaroon can do more than sell.",
        advice: expect.stringContaining("offchain:write, onchain:write, a:b, c:d, e:f and 2 more"),
        command: "lncli bakemacaroon invoices:read invoices:write uri:/lnrpc.Lightning/ChannelBalance",
      },
    });
  });

  it("is for people who are signed in, and limited", async () => {
    expect((await test(connection(), user.key)).status).toBe(403);
    expect((await test(connection(), {})).status).toBe(401);
    const answers = await Promise.all(Array.from({ length: 31 }, () => test()));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  });
});

describe("the node in use", () => {
  it("says why it does not answer, and since when it did", async () => {
    await put();
    await runtime.db.pool.query(
      `update lightning_node set failure = 'unavailable', seen_at = '2026-11-01T10:00:00Z' where workspace_id = $1`,
      [user.workspaceId],
    );
    expect(await get()).toMatchObject({
      connected: {
        seenAt: "2026-11-01T10:00:00.000Z",
        problem: { failure: "unavailable", command: "lncli unlock" },
      },
    });
  });

  it("is the workspace's own", async () => {
    await put();
    const other = await makeUser(runtime, { passwordHash });
    expect(await get(other.session)).toMatchObject({ connected: null });
    expect((await remove(other.session)).status).toBe(204);
    expect(await get()).toMatchObject({ connected: { nodeKey: goodNode.nodeKey } });
  });
});

it("leaves no secret in an answer, a log line or the database", async () => {
  const macaroon = makeMacaroon();
  const limited = `canary-${runtime.newToken()}`;
  const secret = "5e".repeat(32);
  const uri = `nostr+walletconnect://${"ab".repeat(32)}?relay=wss%3A%2F%2Frelay.example&secret=${secret}`;
  const connections = [
    { ...connection(), macaroon },
    { kind: "nwc", uri },
    { kind: "phoenixd", url: "https://phoenix.example.com", password: limited },
  ];
  const answers: string[] = [];
  for (const each of connections) {
    nodes.state.answer = goodNode;
    // oxlint-disable-next-line no-await-in-loop
    answers.push(
      (await test(each)).text,
      (await put({ connection: each })).text,
      JSON.stringify(await get()),
    );
    nodes.state.answer = { ok: false, failure: "unauthorized", detail: "no" };
    // oxlint-disable-next-line no-await-in-loop
    answers.push((await test(each)).text, (await put({ connection: each })).text);
    // oxlint-disable-next-line no-await-in-loop
    answers.push((await put({ connection: { ...each, more: 1 } })).text);
  }
  answers.push((await test({ kind: "lnd", address: macaroon, macaroon: `${macaroon}0` })).text);
  const { rows: tables } = await runtime.db.pool.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const dumps = await Promise.all(
    tables.map(({ name }) => runtime.db.pool.query(`select to_jsonb(t)::text as row from ${name} t`)),
  );
  const dump = JSON.stringify(dumps.map(({ rows: all }) => all));
  expect(dump).toContain("phoenix.example.com");
  for (const canary of [
    macaroon,
    Buffer.from(macaroon, "hex").toString("base64"),
    limited,
    secret,
    password,
  ]) {
    expect(dump).not.toContain(canary);
    expect(dump).not.toContain(Buffer.from(canary).toString("hex"));
    expect(answers.join("\n")).not.toContain(canary);
    expect(runtime.logged.join("\n")).not.toContain(canary);
  }
});
