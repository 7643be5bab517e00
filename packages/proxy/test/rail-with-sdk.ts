import { loadSdk } from "../src/embed/load-sdk.ts";
import type { RailInput } from "../src/embed/config.ts";
import { createSandboxRail } from "../src/rails/sandbox/index.ts";

const { keccak256 } = await loadSdk("viem", () => import("viem"));

/** A rail of TEST mode that takes something of its SDK. */
export function moneyRail(): RailInput {
  if (keccak256("0x").length !== 66) throw new Error("The SDK is another one");
  return (context) => createSandboxRail(context);
}
