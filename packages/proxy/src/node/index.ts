export { createSigner, nodeCrypto, verifySignature } from "./crypto.ts";
export { createGatewayListener } from "./gateway-listener.ts";
export type { GatewayListener, GatewayListenerOptions } from "./gateway-listener.ts";
export { createGatewayServer } from "./gateway-server.ts";
export type { GatewayServer, GatewayServerOptions } from "./gateway-server.ts";
export { createNodeForwarder } from "./node-forwarder.ts";
export { jsonAnswer } from "./own-resources.ts";
export type { Answer, OwnResources } from "./own-resources.ts";
export * from "../egress/index.ts";
