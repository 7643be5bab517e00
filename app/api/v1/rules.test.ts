import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as jwks } from "../../.well-known/jwks.json/route.ts";
import { GET as ready } from "../../readyz/route.ts";
import { closeDatabase, createDatabase } from "../../../lib/db.ts";
import { setRuntime } from "../../../lib/services/runtime.ts";
import { call, makeUser, type TestUser } from "../../../lib/testing/api.ts";
import { createTestRuntime, type TestRuntime } from "../../../lib/testing/runtime.ts";
import { GET as nowhere } from "./[...rest]/route.ts";
import { POST as create } from "./endpoints/route.ts";
import { POST as inspect } from "./inspect/route.ts";
import { GET as me } from "./me/route.ts";
import { POST as signUp } from "./signup/route.ts";

let runtime: TestRuntime;
let user: TestUser;
beforeAll(async () => {
  runtime = await createTestRuntime({
    look: () => Promise.reject(new TypeError("pk_0123456789abcdef in a message")),
  });
  setRuntime(runtime);
  user = await makeUser(runtime);
});
afterAll(() => runtime.close());

const body = { url: "https://api.weather-site.com/", price: "1" };

describe("a write", () => {
  it.each(["https://evil.example", "null", "http://localhost:3001", "http://127.0.0.1:3000"])(
    "from %s is refused",
    async (origin) => {
      for (const cookie of [user.session, {}]) {
        const answer = await call(runtime, create, { body, headers: { ...cookie, origin } });
        expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
      }
      expect(
        (
          await call(runtime, signUp, {
            body: { name: "A", email: "x@y.com", password: "12345678" },
            headers: { origin },
          })
        ).status,
      ).toBe(403);
    },
  );

  it("with a cookie needs an Origin, with a key or with nothing it does not", async () => {
    const send = async (headers: Record<string, string>) => {
      const request = new Request("http://localhost:3000/api/v1/endpoints", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      return (await create(request, { params: Promise.resolve({}) })).status;
    };
    expect(await send(user.session)).toBe(403);
    expect(await send(user.key)).toBe(201);
    expect(await send({})).toBe(201);
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/jsonp",
    "",
  ])("as %j is refused", async (type) => {
    const answer = await call(runtime, create, {
      body: JSON.stringify(body),
      headers: { ...user.session, "content-type": type },
    });
    expect(answer).toMatchObject({ status: 415, body: { code: "unsupported_media_type" } });
  });

  it.each(["{", "", "\u{feff}{}x", "[1,"])("of %j is a bad request", async (text) => {
    const answer = await call(runtime, create, { body: text, headers: user.session });
    expect(answer).toMatchObject({ status: 400, body: { code: "bad_request" } });
  });

  it.each(["[]", "null", '"x"', "1"])("of %s is not valid", async (text) => {
    expect((await call(runtime, create, { body: text, headers: user.session })).status).toBe(422);
  });

  it("is cut off at its limit, whatever its Content-Length says", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 16_384;
        controller.enqueue(new Uint8Array(16_384).fill(0x20));
      },
    });
    const init: RequestInit & { duplex: "half" } = {
      method: "POST",
      body: endless,
      duplex: "half",
      headers: { "content-type": "application/json", origin: "http://localhost:3000" },
    };
    const answer = await inspect(new Request("http://localhost:3000/api/v1/inspect", init), {
      params: Promise.resolve({}),
    });
    expect(answer.status).toBe(413);
    expect(sent).toBeLessThan(256 * 1024);
  });
});

describe("an error", () => {
  it("of ours is a problem document that tells nothing but an id, and is logged once", async () => {
    const answer = await call(runtime, inspect, { body: { url: body.url } });
    expect(answer).toMatchObject({
      status: 500,
      body: {
        code: "internal",
        requestId: expect.stringMatching(/^req_/),
        type: "http://localhost:3000/docs/problems/internal",
      },
    });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.text).not.toMatch(/TypeError|pk_/);
    expect(runtime.logged).toHaveLength(1);
  });

  it("is a problem document where no route is", async () => {
    expect(await call(runtime, nowhere, { path: "/api/v1/x" })).toMatchObject({
      status: 404,
      body: { code: "not_found" },
    });
  });
});

describe("machine routes", () => {
  it("publish the keys to everybody", async () => {
    const answer = await call(runtime, jwks, { headers: { origin: "https://elsewhere.example" } });
    expect(answer).toMatchObject({
      status: 200,
      body: { keys: [{ kty: "OKP", crv: "Ed25519", alg: "EdDSA" }] },
    });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
  });

  it("say ready only while the database answers", async () => {
    expect(await call(runtime, ready)).toMatchObject({ status: 200, body: { status: "ready" } });
    // A port where nothing listens.
    const away = { ...runtime, db: createDatabase("postgres://nobody@127.0.0.1:9/none") };
    setRuntime(away);
    const started = performance.now();
    const answers = [
      await call(away, ready),
      await call(away, me, { headers: user.key }),
      await call(away, create, { body }),
    ];
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 503, body: { code: "store_unavailable", retryable: true } });
    expect(answers.map((answer) => answer.headers.get("retry-after"))).toEqual(["1", "1", "1"]);
    expect(performance.now() - started).toBeLessThan(2_000);
    await closeDatabase(away.db);
    setRuntime(runtime);
  });
});
