export { admitRequest } from "./admit-request.ts";
export type { AskedRequest } from "./admit-request.ts";
export {
  createNodePaywall,
  createUpstreamEgress,
  createUpstreamListener,
  nodePlatform,
} from "./node-paywall.ts";
