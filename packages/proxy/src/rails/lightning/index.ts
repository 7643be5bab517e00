export type {
  InvoiceRequest,
  IssuedInvoice,
  LightningBackend,
  LightningConnection,
  LightningNetwork,
  NodeFailure,
  NodeInvoice,
  SettledInvoice,
  SettlementEvent,
} from "./backend.ts";
export { LightningNodeError } from "./backend.ts";
export { checkNode } from "./check-node.ts";
export type { CheckOptions, NodeCheck, NodeWarning } from "./check-node.ts";
export type { BackendLimits, CheckedBackend } from "./checked-backend.ts";
export { lightning } from "./lightning.ts";
export type { LightningOptions } from "./lightning.ts";
export { createLightningRail } from "./lightning-rail.ts";
export type { LightningRailOptions } from "./lightning-rail.ts";
export { readMacaroonRights } from "./macaroon-rights.ts";
export type { MacaroonRights } from "./macaroon-rights.ts";
export type { BackendOptions, NodeReach } from "./node-reach.ts";
export type { LightningNodes } from "./nodes.ts";
