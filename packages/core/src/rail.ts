/** Who moves the money. */
export type RailId = "lightning" | "stablecoin" | "card" | "sandbox";
/** How challenge, credential and receipt look in HTTP. */
export type WireId = "x402" | "l402" | "mpp" | "access";
