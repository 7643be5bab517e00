import type { Database } from "../db.ts";
import type { Env } from "../env.ts";
import type { Ports } from "./ports.ts";

/** Who asks. Each one but a visitor without a workspace acts inside exactly one workspace. */
export type Actor = UserActor | KeyActor | VisitorActor;

export interface UserActor {
  readonly kind: "user";
  readonly userId: string;
  readonly workspaceId: string;
}

export interface KeyActor {
  readonly kind: "key";
  readonly keyId: string;
  readonly userId: string;
  readonly workspaceId: string;
  readonly scopes: readonly Scope[];
}

/** Nobody who signed in; holds the workspace of the claim cookie, where there is one. */
interface VisitorActor {
  readonly kind: "visitor";
  readonly workspaceId: string | null;
  /** A session came along that has ended: what follows must not look like a first visit. */
  readonly sessionEnded: boolean;
}

/** What an API key may do. */
export type Scope = "read" | "write";

/** What the process has: one for each process, made by `runtime.ts`; tests make their own. */
export interface Runtime {
  readonly db: Database;
  readonly env: Pick<Env, "appUrl" | "contentUrl" | "secretKeys" | "stablecoin" | "lightningNetwork">;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 128 random bits behind a prefix: `ep_…`. */
  readonly newId: (prefix: string) => string;
  /** 256 random bits, base64url. */
  readonly newToken: () => string;
  readonly ports: Ports;
  /** Redacts. */
  readonly logError: (message: string, error: unknown, fields?: Readonly<Record<string, string>>) => void;
}

/** What every service is given as `ctx`. */
export interface Context extends Runtime {
  readonly actor: Actor;
  /** For limits only. */
  readonly clientAddress: string;
}

/** A context whose actor may act in `workspaceId`: every query of a tenant's rows carries it. */
export interface WorkspaceContext extends Context {
  readonly workspaceId: string;
}

/** A context of somebody who signed in with a password, which an API key does not replace. */
export interface UserContext extends WorkspaceContext {
  readonly actor: UserActor;
}
