/** phoenixd, over its HTTP API. */
export { openPhoenixd } from "./open-phoenixd.ts";
