import type { PaywallLog } from "../log.ts";

/** Says on standard error what should not happen. Nothing in it names a payer, a credential or a body. */
export const defaultLog: PaywallLog = (event) => {
  // oxlint-disable-next-line no-console -- an application that set no log must not fail in silence
  console.error(`[paywall] ${event.event}`, "error" in event ? event.error : event);
};
