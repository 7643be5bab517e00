export type { Exchange, ForwardRequest, ResponseSink } from "./exchange.ts";
export { forward } from "./forward.ts";
