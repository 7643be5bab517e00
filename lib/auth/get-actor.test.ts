import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimCookie, makeUser } from "../testing/api.ts";
import { createTestRuntime, type TestRuntime } from "../testing/runtime.ts";
import { getActor } from "./get-actor.ts";
import { hashToken } from "./hash-token.ts";
import { issueSessionToken } from "./session-token.ts";

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await createTestRuntime();
});
afterAll(() => runtime.close());

const ended = { kind: "visitor", workspaceId: null, sessionEnded: true };

describe("actor", () => {
  it("is the user of a session", async () => {
    const { userId, workspaceId, session } = await makeUser(runtime);
    expect(await getActor(runtime, new Headers(session))).toEqual({ kind: "user", userId, workspaceId });
  });

  it("is nobody once the session's version was raised or the user is gone", async () => {
    const revoked = await makeUser(runtime);
    await runtime.db.prisma.user.update({
      where: { id: revoked.userId },
      data: { sessionVersion: { increment: 1 } },
    });
    expect(await getActor(runtime, new Headers(revoked.session))).toEqual(ended);
    const deleted = await makeUser(runtime);
    await runtime.db.prisma.user.delete({ where: { id: deleted.userId } });
    expect(await getActor(runtime, new Headers(deleted.session))).toEqual(ended);
    await expect(getActor(runtime, new Headers(deleted.key))).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("is nobody for a token of another secret, and for garbage", async () => {
    const { userId } = await makeUser(runtime);
    const forged = await issueSessionToken({ userId, sessionVersion: 1 }, new Uint8Array(32));
    for (const token of [forged, "x", "a.b.c.d.e", `${forged.slice(0, -2)}AA`]) {
      expect(await getActor(runtime, new Headers({ cookie: `paywall-session=${token}` }))).toEqual(ended);
    }
  });

  it("is still known after the secret was rotated", async () => {
    const { userId, session } = await makeUser(runtime);
    const secretKeys = [new Uint8Array(32).fill(7), ...runtime.env.secretKeys] as const;
    expect(
      await getActor({ ...runtime, env: { ...runtime.env, secretKeys } }, new Headers(session)),
    ).toMatchObject({ userId });
  });

  it("is refused where two sessions arrive", async () => {
    const [one, other] = [await makeUser(runtime), await makeUser(runtime)];
    const headers = new Headers({ cookie: `${one.session.cookie}; ${other.session.cookie}` });
    await expect(getActor(runtime, headers)).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("reads only the __Host- cookie under https", async () => {
    const secure = { ...runtime, env: { ...runtime.env, appUrl: "https://pay.example" } };
    const { session, userId } = await makeUser(runtime);
    expect(await getActor(secure, new Headers(session))).toMatchObject({
      kind: "visitor",
      sessionEnded: false,
    });
    expect(await getActor(secure, new Headers({ cookie: `__Host-${session.cookie}` }))).toMatchObject({
      userId,
    });
  });

  it("is an API key before a session, and 401 for a key that does not work", async () => {
    const { userId, workspaceId, key, session } = await makeUser(runtime);
    const actor = await getActor(runtime, new Headers({ ...key, ...(await makeUser(runtime)).session }));
    expect(actor).toMatchObject({ kind: "key", userId, workspaceId, scopes: ["read", "write"] });
    for (const authorization of [
      "Bearer pk_unknown",
      "Bearer x",
      "Basic YTpi",
      `${key.authorization}x`,
      "",
    ]) {
      await expect(getActor(runtime, new Headers({ ...session, authorization }))).rejects.toMatchObject({
        code: "unauthorized",
      });
    }
    const { lastUsedAt } = await runtime.db.prisma.apiKey.findFirstOrThrow({ where: { userId } });
    expect(lastUsedAt).not.toBeNull();
    await runtime.db.prisma.apiKey.updateMany({ where: { userId }, data: { revokedAt: new Date() } });
    await expect(getActor(runtime, new Headers(key))).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("is the holder of an anonymous workspace, until somebody owns it", async () => {
    const token = runtime.newToken();
    const id = runtime.newId("ws_");
    await runtime.db.prisma.workspace.create({
      data: { id, name: "Anonymous", anonymous: true, claimTokenHash: hashToken(token) },
    });
    const headers = new Headers(claimCookie(runtime, token));
    expect(await getActor(runtime, headers)).toEqual({
      kind: "visitor",
      workspaceId: id,
      sessionEnded: false,
    });
    await runtime.db.prisma.workspace.update({ where: { id }, data: { anonymous: false } });
    expect(await getActor(runtime, headers)).toMatchObject({ workspaceId: null });
  });
});
