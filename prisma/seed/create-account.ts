import { createHash, randomBytes } from "node:crypto";
import type { Pool, PoolClient } from "pg";
import { hashPassword } from "../../lib/auth/password.ts";
import { inTransaction } from "../../lib/store/in-transaction.ts";

export interface AccountInput {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly apiKey?: string | undefined;
}

export interface Account {
  readonly userId: string;
  readonly workspaceId: string;
  readonly created: boolean;
}

/** A user with a workspace. One that exists stays as it is, password included; a missing API key is added. */
export async function createAccount(pool: Pool, input: AccountInput): Promise<Account> {
  return inTransaction(pool, async (client) => {
    // Two processes may seed at once: the second one waits, and finds what the first has made.
    await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`seed:${input.email}`]);
    const account = (await findAccount(client, input.email)) ?? (await insertAccount(client, input));
    if (input.apiKey !== undefined) await insertApiKey(client, account, input.apiKey);
    return account;
  });
}

async function findAccount(client: PoolClient, email: string): Promise<Account | undefined> {
  const { rows } = await client.query<{ userId: string; workspaceId: string }>(
    `select u.id as "userId", m.workspace_id as "workspaceId" from "user" u join membership m on m.user_id = u.id
     where u.email = $1 order by m.created_at limit 1`,
    [email],
  );
  return rows[0] && { ...rows[0], created: false };
}

async function insertAccount(client: PoolClient, { email, password, name }: AccountInput): Promise<Account> {
  const userId = newId("usr_");
  const workspaceId = newId("ws_");
  await client.query(`insert into "user" (id, email, name, password_hash) values ($1, $2, $3, $4)`, [
    userId,
    email,
    name,
    await hashPassword(password),
  ]);
  await client.query("insert into workspace (id, name) values ($1, $2)", [workspaceId, name]);
  await client.query("insert into membership (workspace_id, user_id) values ($1, $2)", [workspaceId, userId]);
  await client.query(
    "insert into audit_log (workspace_id, actor, action, target) values ($1, 'system', 'account.create', $2)",
    [workspaceId, userId],
  );
  return { userId, workspaceId, created: true };
}

async function insertApiKey(
  client: PoolClient,
  { userId, workspaceId }: Account,
  key: string,
): Promise<void> {
  await client.query(
    `insert into api_key (id, workspace_id, user_id, name, prefix, hash, scopes) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (hash) do nothing`,
    [
      newId("key_"),
      workspaceId,
      userId,
      "From INIT_API_KEY",
      key.slice(0, 10),
      createHash("sha256").update(key).digest(),
      ["read", "write"],
    ],
  );
}

function newId(prefix: string): string {
  return prefix + randomBytes(16).toString("base64url");
}
