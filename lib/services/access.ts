import { PaywallError } from "@x402-paywall/core";
import type { Context, Scope, UserContext, WorkspaceContext } from "./context.ts";

/**
 * Narrows to the workspace that the actor may act in.
 * @throws PaywallError `unauthorized`; `forbidden` for a key without the scope
 */
export function requireWorkspace(ctx: Context, scope: Scope): WorkspaceContext {
  const { actor } = ctx;
  if (actor.kind === "key" && !actor.scopes.includes(scope)) {
    throw new PaywallError("forbidden", { detail: `This API key has no ${scope} scope.` });
  }
  if (actor.workspaceId === null || (actor.kind === "visitor" && actor.sessionEnded)) {
    throw new PaywallError("unauthorized");
  }
  return { ...ctx, workspaceId: actor.workspaceId };
}

/** @throws PaywallError `unauthorized`; `forbidden` for an API key */
export function requireUser(ctx: Context): UserContext {
  const { actor } = ctx;
  if (actor.kind === "key")
    throw new PaywallError("forbidden", { detail: "Sign in with your password to do this." });
  if (actor.kind !== "user") throw new PaywallError("unauthorized");
  return { ...ctx, actor, workspaceId: actor.workspaceId };
}
