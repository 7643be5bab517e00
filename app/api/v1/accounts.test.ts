import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyPassword } from "../../../lib/auth/password.ts";
import { setRuntime } from "../../../lib/services/runtime.ts";
import { call, makeUser } from "../../../lib/testing/api.ts";
import { makePaidRequest } from "../../../lib/testing/payments.ts";
import { createTestRuntime, type TestRuntime } from "../../../lib/testing/runtime.ts";
import { DELETE as revokeKey } from "./api-keys/[id]/route.ts";
import { GET as listKeys, POST as createKey } from "./api-keys/route.ts";
import { GET as listEndpoints, POST as createEndpoint } from "./endpoints/route.ts";
import { GET as me } from "./me/route.ts";
import { GET as overview } from "./overview/route.ts";
import { POST as revokeAll } from "./sessions/revoke-all/route.ts";
import { POST as signUp } from "./signup/route.ts";

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await createTestRuntime();
  setRuntime(runtime);
});
afterAll(() => runtime.close());

const endpoint = { url: "https://api.weather-site.com/v1/today", price: "10000" };
const person = (email: string) => ({ name: "Ada", email, password: "correct horse" });
/** The cookie that a browser would send back. */
const cookieOf = (headers: Headers) => ({ cookie: headers.get("set-cookie")?.split(";")[0] ?? "" });

describe("an anonymous link", () => {
  it("is made without an account and comes along at sign-up, with what it earned", async () => {
    const made = await call(runtime, createEndpoint, { body: endpoint });
    expect(made.status).toBe(201);
    expect(made.headers.get("set-cookie")).toMatch(
      /^paywall-claim=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/,
    );
    const visitor = cookieOf(made.headers);
    const { body: stranger } = await call(runtime, me);
    expect(stranger).toMatchObject({
      user: null,
      workspace: null,
      contentUrl: "http://127.0.0.1:4020",
      msatPerUsd: "1000000",
    });
    const { body: seen } = await call(runtime, me, { headers: visitor });
    expect(seen).toMatchObject({ user: null, workspace: { anonymous: true } });
    const second = await call(runtime, createEndpoint, { body: endpoint, headers: visitor });
    expect(second.headers.get("set-cookie")).toBeNull();
    const workspaceId = String(Object(seen["workspace"]).id);
    await makePaidRequest(runtime, { workspaceId, endpointId: String(made.body["id"]), amount: 12_345n });

    const signed = await call(runtime, signUp, { body: person("Claimer@Example.com"), headers: visitor });
    expect(signed).toMatchObject({
      status: 201,
      body: {
        user: { email: "claimer@example.com", name: "Ada" },
        workspace: { id: workspaceId, name: "Ada", anonymous: false },
      },
    });
    expect(signed.headers.get("set-cookie")).toMatch(/^paywall-claim=; .*Max-Age=0/);
    expect((await call(runtime, listEndpoints, { headers: visitor })).status).toBe(401);
    const user = await runtime.db.prisma.user.findUniqueOrThrow({ where: { email: "claimer@example.com" } });
    expect(await verifyPassword(user.passwordHash, "correct horse")).toBe(true);
    expect(user.passwordHash).toMatch(/^\$argon2id\$/);
    const membership = await runtime.db.prisma.membership.findMany({ where: { userId: user.id } });
    expect(membership).toMatchObject([{ workspaceId, role: "owner" }]);
  });

  it("is claimed once, however many try", async () => {
    const made = await call(runtime, createEndpoint, { body: endpoint });
    const headers = cookieOf(made.headers);
    const answers = await Promise.all(
      [1, 2, 3].map((n) => call(runtime, signUp, { body: person(`race${n}@example.com`), headers })),
    );
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
    const { workspaceId } = await runtime.db.prisma.endpoint.findUniqueOrThrow({
      where: { id: String(made.body["id"]) },
    });
    expect(await runtime.db.prisma.membership.count({ where: { workspaceId } })).toBe(1);
  });

  it("is not what a browser gets whose session has ended", async () => {
    const user = await makeUser(runtime);
    await runtime.db.prisma.user.update({ where: { id: user.userId }, data: { sessionVersion: 9 } });
    expect((await call(runtime, createEndpoint, { body: endpoint, headers: user.session })).status).toBe(401);
  });

  it("is limited for each address", async () => {
    const headers = { "x-forwarded-for": "1.2.3.4, 198.51.100.7" };
    const answers = [];
    for (let index = 0; index < 61; index++)
      answers.push(await call(runtime, createEndpoint, { body: { ...endpoint, price: "0" }, headers }));
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(0);
    for (let index = 0; index < 61; index++)
      answers.push(
        await call(runtime, createEndpoint, {
          body: endpoint,
          headers: { "x-forwarded-for": `9.9.9.${index}, 198.51.100.7` },
        }),
      );
    const limited = answers.filter((answer) => answer.status === 429);
    expect(limited).toHaveLength(1);
    expect(Number(limited[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("POST /signup", () => {
  it("makes one account of an address in any case", async () => {
    const answers = await Promise.all(
      [person("One@x.com"), person("one@X.com")].map((body) => call(runtime, signUp, { body })),
    );
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    expect(answers.find((answer) => answer.status === 409)?.body).toMatchObject({
      code: "conflict",
      errors: [{ field: "email" }],
    });
  });

  it.each([
    [{ email: "a@x.com,b@evil.com" }, "email"],
    [{ email: "a@x.com\nBcc: b@evil.com" }, "email"],
    [{ password: "short" }, "password"],
    [{ password: "x".repeat(5_000) }, "password"],
    [{ name: "" }, "name"],
    [{ name: "\0" }, "name"],
    [{ workspaceId: "ws_other" }, "workspaceId"],
    [{ role: "owner" }, "role"],
  ])("refuses %j", async (extra, field) => {
    const answer = await call(runtime, signUp, { body: { ...person("refused@example.com"), ...extra } });
    expect(answer).toMatchObject({ status: 422, body: { code: "validation_failed", errors: [{ field }] } });
  });

  it("refuses a megabyte before it reads it", async () => {
    const started = performance.now();
    const answer = await call(runtime, signUp, {
      body: { ...person("big@example.com"), password: "x".repeat(1_000_000) },
    });
    expect(answer).toMatchObject({ status: 413, body: { code: "payload_too_large" } });
    expect(performance.now() - started).toBeLessThan(50);
  });
});

describe("sessions", () => {
  it("end everywhere at once", async () => {
    const user = await makeUser(runtime);
    expect((await call(runtime, overview, { headers: user.session })).status).toBe(200);
    expect((await call(runtime, revokeAll, { body: {}, headers: user.session })).status).toBe(204);
    expect(await call(runtime, overview, { headers: user.session })).toMatchObject({
      status: 401,
      body: { code: "unauthorized" },
    });
    expect((await call(runtime, me, { headers: user.session })).body["user"]).toBeNull();
    expect((await call(runtime, revokeAll, { body: {}, headers: user.key })).status).toBe(403);
  });
});

describe("API keys", () => {
  it("are shown once, work within their scopes, and end when revoked", async () => {
    const user = await makeUser(runtime);
    const made = await call(runtime, createKey, {
      body: { name: "CI", scopes: ["read"] },
      headers: user.session,
    });
    expect(made).toMatchObject({
      status: 201,
      body: { name: "CI", key: expect.stringMatching(/^pk_[\w-]{43}$/), lastUsedAt: null },
    });
    const key = { authorization: `Bearer ${String(made.body["key"])}` };
    expect((await call(runtime, listEndpoints, { headers: key })).status).toBe(200);
    expect(await call(runtime, createEndpoint, { body: endpoint, headers: key })).toMatchObject({
      status: 403,
      body: { code: "forbidden" },
    });
    expect((await call(runtime, createKey, { body: { name: "More" }, headers: user.key })).status).toBe(403);
    const listed = await call(runtime, listKeys, { headers: user.session });
    expect(listed.text).not.toContain(String(made.body["key"]));
    expect(listed.body["items"]).toMatchObject([
      { name: "CI", prefix: String(made.body["key"]).slice(0, 11), lastUsedAt: expect.any(String) },
      { name: "Test" },
    ]);
    const { rows } = await runtime.db.pool.query<{ text: string }>(
      "select k::text as text from api_key k union all select a::text from audit_log a",
    );
    expect(rows.map((row) => row.text).join()).not.toContain(String(made.body["key"]).slice(11));
    const params = { id: String(made.body["id"]) };
    expect((await call(runtime, revokeKey, { method: "DELETE", params, headers: user.session })).status).toBe(
      204,
    );
    expect((await call(runtime, revokeKey, { method: "DELETE", params, headers: user.session })).status).toBe(
      404,
    );
    expect((await call(runtime, listEndpoints, { headers: key })).status).toBe(401);
  });
});

describe("audit log", () => {
  it("is one unbroken chain for each workspace", async () => {
    const user = await makeUser(runtime);
    await Promise.all(
      [1, 2, 3, 4].map(() => call(runtime, createEndpoint, { body: endpoint, headers: user.session })),
    );
    const { rows } = await runtime.db.pool.query<{ seq: string; linked: boolean; hashed: boolean }>(
      `select seq, prev_hash = coalesce(lag(hash) over (order by seq), ''::bytea) as linked, hash = audit_log_hash(a) as hashed
       from audit_log a where workspace_id = $1 order by seq`,
      [user.workspaceId],
    );
    expect(rows.map((row) => Number(row.seq))).toEqual([1, 2, 3, 4]);
    expect(rows.every((row) => row.linked && row.hashed)).toBe(true);
  });
});
