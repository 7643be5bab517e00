/** What a wallet puts into a page (EIP-1193). */
export interface Eip1193Provider {
  request(call: { readonly method: string; readonly params?: readonly unknown[] }): Promise<unknown>;
  on?(event: string, listener: (value: unknown) => void): unknown;
  removeListener?(event: string, listener: (value: unknown) => void): unknown;
}

export function isProvider(value: unknown): value is Eip1193Provider {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "request") === "function";
}

/** What a wallet's error means to a person: `pending` is a question that is already open there. */
export type WalletFault = "rejected" | "pending" | "unknownChain" | "failed";

const CODES: ReadonlyMap<unknown, WalletFault> = new Map<unknown, WalletFault>([
  [4001, "rejected"],
  ["ACTION_REJECTED", "rejected"],
  [-32_002, "pending"],
  [4902, "unknownChain"],
]);

export function faultOf(error: unknown): WalletFault {
  // Some wallets wrap the error of the one that matters.
  const inner = read(read(error, "data"), "originalError");
  const known = CODES.get(read(error, "code")) ?? CODES.get(read(inner, "code"));
  if (known !== undefined) return known;
  return /reject|denied|cancel/i.test(messageOf(error)) ? "rejected" : "failed";
}

/** The wallet's own words, as far as a person can use them. */
export function messageOf(error: unknown): string {
  const message = read(error, "message");
  return typeof message === "string" ? message.slice(0, 200) : "";
}

function read(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
