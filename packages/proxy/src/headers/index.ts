export { keepOwnHeaders } from "./own-headers.ts";
export { filterRequestHeaders } from "./filter-request.ts";
export { filterResponseHeaders } from "./filter-response.ts";
export { isServiceWorkerScript } from "./service-worker.ts";
