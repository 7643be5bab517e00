export { createFetchHandler } from "./fetch-handler.ts";
export type { FetchHandler, FetchHandlerOptions } from "./fetch-handler.ts";
export type { ForwardedAnswer, Forwarder, ForwarderRequest } from "./forwarder.ts";
export type { FetchContext } from "./request-head.ts";
