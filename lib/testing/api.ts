import { randomBytes } from "node:crypto";
import { formatClaimCookie } from "../auth/claim-cookie.ts";
import { hashToken } from "../auth/hash-token.ts";
import { issueSessionToken, sessionCookieName } from "../auth/session-token.ts";
import type { Runtime } from "../services/context.ts";
import { toRecord } from "../services/to-record.ts";

export type RouteFunction = (
  request: Request,
  segment: { readonly params: Promise<never> },
) => Response | Promise<Response>;

export interface Call {
  readonly method?: string;
  /** With the query; the routes do not look at the path itself. */
  readonly path?: string;
  /** A route without parameters is given `undefined`, as Next does. */
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is a string, which is sent as it is. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON object that was answered, or an empty one. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls a route function as Next would. A body makes it a POST; `Origin` is the app's own unless given. */
export async function call(runtime: Runtime, route: RouteFunction, input: Call = {}): Promise<Answer> {
  const { path = "/api/v1/test", params, body } = input;
  const method = input.method ?? (body === undefined ? "GET" : "POST");
  const headers = new Headers({
    origin: runtime.env.appUrl,
    "x-forwarded-for": randomAddress(),
    ...input.headers,
  });
  if (body !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
  const payload = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
  const request = new Request(new URL(path, runtime.env.appUrl), { method, headers, ...payload });
  const response = await route(request, { params: Promise.resolve(params as never) });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: toRecord(/json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : null),
  };
}

/** Each call from an address of its own, so that limits meet only the tests that mean them. */
function randomAddress(): string {
  return `2001:db8::${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}`;
}

export interface TestUser {
  readonly userId: string;
  readonly workspaceId: string;
  readonly email: string;
  /** For `headers` of {@link call}. */
  readonly session: { readonly cookie: string };
  readonly key: { readonly authorization: string };
}

/** A user with a workspace, an open session and an API key with both scopes. */
export async function makeUser(
  runtime: Runtime,
  options: { readonly passwordHash?: string } = {},
): Promise<TestUser> {
  const { prisma } = runtime.db;
  const userId = runtime.newId("usr_");
  const workspaceId = runtime.newId("ws_");
  const email = `${randomBytes(8).toString("hex")}@example.com`;
  const key = `pk_${runtime.newToken()}`;
  await prisma.workspace.create({ data: { id: workspaceId, name: "Ada" } });
  await prisma.user.create({
    data: { id: userId, email, name: "Ada", passwordHash: options.passwordHash ?? "none" },
  });
  await prisma.membership.create({ data: { workspaceId, userId } });
  const data = {
    id: runtime.newId("key_"),
    workspaceId,
    userId,
    name: "Test",
    prefix: key.slice(0, 11),
    hash: hashToken(key),
    scopes: ["read", "write"],
  };
  await prisma.apiKey.create({ data });
  const token = await issueSessionToken({ userId, sessionVersion: 1 }, runtime.env.secretKeys[0]);
  const cookie = `${sessionCookieName(runtime.env.appUrl)}=${token}`;
  return { userId, workspaceId, email, session: { cookie }, key: { authorization: `Bearer ${key}` } };
}

/** The `Cookie` header of the browser that holds a claim token. */
export function claimCookie(runtime: Runtime, token: string): { readonly cookie: string } {
  return { cookie: formatClaimCookie(token, runtime.env.appUrl).split(";")[0] ?? "" };
}

interface Listed {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly pages: number;
}

/** Follows a list's cursors to its end. @param path with a query */
export async function listAll(
  runtime: Runtime,
  route: RouteFunction,
  path: string,
  headers: Call["headers"] = {},
): Promise<Listed> {
  const items: Readonly<Record<string, unknown>>[] = [];
  let next = path;
  for (let pages = 1; ; pages++) {
    // oxlint-disable-next-line no-await-in-loop
    const { status, body } = await call(runtime, route, { path: next, headers });
    if (status !== 200 || !Array.isArray(body["items"])) throw new Error(`${next} answered ${status}`);
    items.push(...body["items"].map(toRecord));
    const cursor = body["nextCursor"];
    if (typeof cursor !== "string") return { items, pages };
    next = `${path}&cursor=${cursor}`;
  }
}
