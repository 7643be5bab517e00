import { PaywallError } from "@x402-paywall/core";

/** Where a page ended: the last row's time and id. Lists are ordered by time, newest first, then by id. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

/** Opaque to clients: base64url of `<milliseconds>~<id>`. */
export function formatCursor({ at, id }: Cursor): string {
  return Buffer.from(`${at.getTime()}~${id}`).toString("base64url");
}

/** @throws PaywallError `validation_failed` for anything that {@link formatCursor} did not write. */
export function parseCursor(text: string): Cursor {
  const decoded = Buffer.from(text, "base64url").toString("latin1");
  const match = /^(\d{1,15})~([A-Za-z0-9_:.-]{1,200})$/.exec(decoded);
  const cursor = { at: new Date(Number(match?.[1])), id: match?.[2] ?? "" };
  if (match === null || Number.isNaN(cursor.at.getTime()) || formatCursor(cursor) !== text) {
    throw new PaywallError("validation_failed", {
      errors: [{ field: "cursor", message: "Pass the nextCursor of the page before, unchanged." }],
    });
  }
  return cursor;
}
