export { createFetchHandler, toResponse } from "./fetch-handler.ts";
export type { FetchHandler, FetchHandlerOptions } from "./fetch-handler.ts";
export type { ForwardedAnswer, Forwarder, ForwarderRequest } from "./forwarder.ts";
export { toRequestHead } from "./request-head.ts";
export type { FetchContext } from "./request-head.ts";
export { serveHandler } from "./serve-handler.ts";
export type { HandlerVisit } from "./serve-handler.ts";
