import NextAuth from "next-auth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeUser } from "../testing/api.ts";
import { createTestRuntime, type TestRuntime } from "../testing/runtime.ts";
import { getActor } from "./get-actor.ts";
import { authOptions } from "./options.ts";
import { hashPassword } from "./password.ts";

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await createTestRuntime();
});
afterAll(() => runtime.close());

interface Step {
  readonly path: readonly string[];
  readonly cookies?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** next-auth's own handler, as its Node entry runs it. */
async function ask({ path, cookies = {}, body, headers = {} }: Step, refusals: unknown[] = []) {
  const answer = { status: 200, json: {} as Record<string, string>, setCookies: [] as string[] };
  const response = {
    status: (status: number) => ((answer.status = status), response),
    setHeader: (name: string, value: string | string[]) => (
      name === "Set-Cookie" && (answer.setCookies = [value].flat()),
      response
    ),
    getHeader: (name: string) => (name === "Set-Cookie" ? answer.setCookies : undefined),
    json: (value: Record<string, string>) => void (answer.json = value),
    send: (value: Record<string, string>) => void (answer.json = value),
    end: () => undefined,
  };
  const request = {
    method: body === undefined ? "GET" : "POST",
    query: { nextauth: path },
    cookies,
    body,
    headers: { host: "evil.invalid", ...headers },
  };
  await NextAuth(
    request as never,
    response as never,
    authOptions(runtime, (error) => refusals.push(error)),
  );
  return answer;
}

const toPair = (cookie: string): [string, string] => [
  cookie.split("=")[0] ?? "",
  decodeURIComponent(/=([^;]*)/.exec(cookie)?.[1] ?? ""),
];

async function login(email: string, password: string, rest: Partial<Step> = {}, refusals: unknown[] = []) {
  const csrf = await ask({ path: ["csrf"] });
  const cookies = { ...Object.fromEntries(csrf.setCookies.map(toPair)), ...rest.cookies };
  const body = {
    email,
    password,
    csrfToken: csrf.json["csrfToken"] ?? "",
    json: "true",
    callbackUrl: "https://evil.invalid/",
  };
  return ask({ ...rest, path: ["callback", "credentials"], cookies, body }, refusals);
}

describe("next-auth", () => {
  it("opens a session that the API knows, leads nowhere else, and tells nothing about the person", async () => {
    const user = await makeUser(runtime, { passwordHash: await hashPassword("correct horse") });
    const fixed = { "paywall-session": "attacker-chosen" };
    const first = await login(user.email, "correct horse", { cookies: fixed });
    expect(first).toMatchObject({ status: 200, json: { url: "http://localhost:3000" } });
    const cookie = first.setCookies.find((text) => text.startsWith("paywall-session="));
    expect(cookie).toMatch(/^paywall-session=[^;]{100,};.* Path=\/;.* HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toContain("attacker");
    expect(await getActor(runtime, new Headers({ cookie: cookie?.split(";")[0] ?? "" }))).toMatchObject({
      userId: user.userId,
    });
    const session = await ask({ path: ["session"], cookies: Object.fromEntries([toPair(cookie ?? "")]) });
    expect(session.json).toEqual({ expires: expect.any(String) });
    const second = await login(user.email, "correct horse");
    expect(second.setCookies.find((text) => text.startsWith("paywall-session="))).not.toBe(cookie);
  });

  it("drops the cookie of a session that has ended", async () => {
    const user = await makeUser(runtime);
    await runtime.db.prisma.user.update({ where: { id: user.userId }, data: { sessionVersion: 2 } });
    const session = await ask({
      path: ["session"],
      cookies: Object.fromEntries([toPair(user.session.cookie)]),
    });
    expect(session.json).toEqual({});
    expect(session.setCookies.join()).toMatch(/paywall-session=; .*Max-Age=0/);
  });

  it("answers a wrong password like an unknown account, without a word to the log", async () => {
    const user = await makeUser(runtime, { passwordHash: await hashPassword("correct horse") });
    const [wrong, unknown] = [
      await login(user.email, "battery staple"),
      await login("nobody@example.com", "battery staple"),
    ];
    expect(wrong).toMatchObject({ status: 401 });
    expect(wrong).toEqual(unknown);
    expect(runtime.logged).toEqual([]);
  });

  it("does not log in without its own token against forgery", async () => {
    const user = await makeUser(runtime, { passwordHash: await hashPassword("correct horse") });
    const body = { email: user.email, password: "correct horse", csrfToken: "x", json: "true" };
    const answer = await ask({ path: ["callback", "credentials"], body });
    expect(answer.setCookies.some((text) => text.startsWith("paywall-session="))).toBe(false);
  });

  it("tells a limit to its caller", async () => {
    const headers = { "x-forwarded-for": "192.0.2.77" };
    const refusals: unknown[] = [];
    for (let index = 0; index < 11; index++)
      await login("target@example.com", "guess", { headers }, refusals);
    expect(refusals).toMatchObject([{ code: "rate_limited" }]);
  });
});
