export { type Curve, loadCurve, nobleCurve } from "../../evm/curve.ts";
export { SANDBOX_ASSET, SANDBOX_NETWORK } from "./evm.ts";
export { createSandboxRail } from "./sandbox-rail.ts";
export type { SandboxRail, SandboxRailOptions } from "./sandbox-rail.ts";
export { createSandboxWallet } from "./wallet.ts";
export type { SandboxPayment, SandboxWallet, SandboxWalletOptions } from "./wallet.ts";
