import { createHash } from "node:crypto";

/** `rfd_…` out of what makes a refund the same one when it is asked for again. */
export function refundIdOf(...parts: readonly string[]): string {
  const digest = createHash("sha256")
    .update(JSON.stringify(["refund", ...parts]))
    .digest();
  return `rfd_${digest.subarray(0, 16).toString("base64url")}`;
}
