export { filterRequestHeaders } from "./filter-request.ts";
export type { RequestFilterContext } from "./filter-request.ts";
export { filterResponseHeaders, SANDBOX_POLICY } from "./filter-response.ts";
export { rewriteLocation } from "./rewrite-location.ts";
export type { LocationContext } from "./rewrite-location.ts";
export { isServiceWorkerScript } from "./service-worker.ts";
