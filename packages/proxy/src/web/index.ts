export { webCrypto, webPlatform } from "./platform.ts";
