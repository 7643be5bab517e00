import type { AtomicStore } from "../src/store.ts";

/** One call of a store, or its outcome, as text: JSON, with what JSON does not know marked. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === "bigint") return { $bigint: `${member}` };
    if (member instanceof Uint8Array) return { $bytes: [...member] };
    return member === undefined ? { $undefined: true } : member;
  });
}

export function decode(text: string): unknown {
  // A reviver cannot give `undefined` to a member: it would remove it, which is the same here.
  return JSON.parse(text, (_, member: Record<string, unknown> | null) => {
    if (typeof member !== "object" || member === null) return member;
    if ("$bigint" in member) return BigInt(String(member.$bigint));
    if ("$bytes" in member) return Uint8Array.from(member.$bytes as number[]);
    return "$undefined" in member ? undefined : member;
  });
}

/** A store whose calls are answered elsewhere, by {@link answerCall}. */
export function createRemoteStore(send: (call: string) => Promise<string>): AtomicStore {
  const call =
    (method: string) =>
    async (...args: readonly unknown[]) =>
      decode(await send(encode([method, ...args])));
  return new Proxy({} as AtomicStore, {
    get: (_, method) => (method === "atomic" ? true : call(String(method))),
  });
}

export async function answerCall(store: AtomicStore, call: string): Promise<string> {
  const [method, ...args] = decode(call) as [keyof AtomicStore, ...unknown[]];
  const operation = store[method] as (...args: unknown[]) => Promise<unknown>;
  return encode(await operation(...args));
}
