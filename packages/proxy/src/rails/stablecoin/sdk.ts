import { loadSdk } from "../../embed/load-sdk.ts";

/** What this rail needs of others, as optional peers: a missing one fails at start, with the command that installs it. */
export const evm = await loadSdk("viem", () => import("viem"));
export const actions = await loadSdk("viem", () => import("viem/actions"));
