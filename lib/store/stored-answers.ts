import type { StoredAnswer } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runQuery } from "./statement.ts";

/** The first answer of a key stays until it expires. */
export async function saveAnswer(pool: Pool, answer: StoredAnswer): Promise<void> {
  await runQuery(pool, {
    name: "save-answer",
    text: `insert into stored_answer as a (key, binding_hash, status, headers, body, expires_at)
           values ($1, $2, $3, $4, $5, to_timestamp($6))
           on conflict (key) do update set binding_hash = excluded.binding_hash, status = excluded.status,
             headers = excluded.headers, body = excluded.body, expires_at = excluded.expires_at
           where a.expires_at <= now()`,
    values: [
      answer.key,
      answer.bindingHash,
      answer.status,
      JSON.stringify(answer.headers),
      answer.body,
      answer.expiresAt,
    ],
  });
}

export async function findAnswer(pool: Pool, key: string): Promise<StoredAnswer | undefined> {
  const rows = await runQuery<StoredAnswer>(pool, {
    name: "find-answer",
    text: `select key, binding_hash as "bindingHash", status, headers, body,
             extract(epoch from expires_at)::float8 as "expiresAt"
           from stored_answer where key = $1 and expires_at > now()`,
    values: [key],
  });
  return rows[0];
}
