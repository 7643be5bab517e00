/** Nostr Wallet Connect; needs `@getalby/sdk` 8. */
export { openNwc } from "./open-nwc.ts";
