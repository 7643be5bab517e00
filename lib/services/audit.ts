import type { Prisma } from "../../generated/prisma/client.ts";
import type { Actor } from "./context.ts";

export interface AuditEntry {
  readonly workspaceId: string;
  /** `system`: nobody asked; a job did it. */
  readonly actor: Actor | "system";
  /** `endpoint.create` */
  readonly action: string;
  /** Id of what was changed. */
  readonly target: string;
  /** Never a secret. */
  readonly detail?: Prisma.InputJsonObject;
}

/**
 * Writes the side record of a change. Takes the transaction of the change itself, so that neither is there without the
 * other; the database numbers and chains the rows.
 */
export async function recordAudit(tx: Prisma.TransactionClient, entry: AuditEntry): Promise<void> {
  const { workspaceId, action, target, detail = {} } = entry;
  await tx.auditLog.createMany({
    data: [{ workspaceId, actor: actorName(entry.actor), action, target, detail }],
  });
}

function actorName(actor: Actor | "system"): string {
  if (actor === "system") return actor;
  switch (actor.kind) {
    case "user":
      return actor.userId;
    case "key":
      return actor.keyId;
    case "visitor":
      return "anonymous";
  }
}
