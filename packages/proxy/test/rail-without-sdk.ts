import { loadSdk } from "../src/embed/load-sdk.ts";
import { sandbox } from "../src/rails/sandbox/index.ts";

const name: string = "@x402-paywall/no-such-sdk";

/** As rails with an SDK load theirs: at the top of their own module. */
await loadSdk(name, () => import(/* @vite-ignore */ name));

export const moneyRail: typeof sandbox = sandbox;
