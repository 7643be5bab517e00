export { openLnd } from "./open-lnd.ts";
