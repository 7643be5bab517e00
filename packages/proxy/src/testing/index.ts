/** Conformance suites (vitest) for implementations of the engine's ports. */
export { adapterRoutes, answerAdapterApp } from "./adapter-app.ts";
export { serveAdapterApp } from "./adapter-app-node.ts";
export { buyL402 } from "./pay-l402.ts";
export { freePort } from "./free-port.ts";
export { openServer } from "./open-server.ts";
export type { OpenServer } from "./open-server.ts";
export { describeAdapterContract } from "./adapter-contract.ts";
export type { AdapterContractOptions, AdapterHarness } from "./adapter-world.ts";
export { describeGatewayContract } from "./gateway-contract.ts";
export type { GatewayContractOptions, GatewayHarness } from "./gateway-contract.ts";
export { describeLightningBackend } from "./lightning-backend-contract.ts";
export type { BackendHarness } from "./lightning-backend-contract.ts";
export { describeRailContract } from "./rail-contract.ts";
export type { RailFault, RailHarness, RailPayment } from "./rail-harness.ts";
export { describeStoreContract } from "./store-contract.ts";
export type { StoreHarness } from "./store-contract.ts";
export { createClaims, makeHold, openEntitlement } from "./store-fixtures.ts";
export type { ClaimFixture } from "./store-fixtures.ts";
