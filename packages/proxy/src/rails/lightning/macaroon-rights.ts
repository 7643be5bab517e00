import { decodeMacaroon, fromHex, fromUtf8 } from "@x402-paywall/core";

/** To make invoices and to read them. */
const NEEDED = ["invoices:read", "invoices:write"] as const;
/** To see whether the node can receive. */
export const INBOUND_RIGHT = "uri:/lnrpc.Lightning/ChannelBalance";

export interface MacaroonRights {
  /** Neither more than selling needs, nor less. */
  readonly allowed: boolean;
  /** `entity:action`, as `lncli bakemacaroon` takes them: what it should not be able to do. */
  readonly extra: readonly string[];
  /** What is needed and not in it. */
  readonly missing: readonly string[];
  /** Whether it may ask how much the node can receive. */
  readonly seesInbound: boolean;
}

/**
 * What a macaroon of lnd (hex) may do, read off its identifier without asking the node; caveats only narrow it.
 * `undefined` for what is no such macaroon, or holds anything that is not understood.
 */
export function readMacaroonRights(hex: string): MacaroonRights | undefined {
  const bytes = fromHex(hex);
  const macaroon = bytes === undefined ? undefined : decodeMacaroon(bytes);
  const [version, ...id] = macaroon?.identifier ?? [];
  const rights = version === BAKERY_V3 ? readOps(Uint8Array.from(id)) : undefined;
  if (rights === undefined) return undefined;
  const known: readonly string[] = [...NEEDED, INBOUND_RIGHT];
  const extra = rights.filter((right) => !known.includes(right));
  const missing = NEEDED.filter((right) => !rights.includes(right));
  return {
    allowed: extra.length === 0 && missing.length === 0,
    extra,
    missing,
    seesInbound: rights.includes(INBOUND_RIGHT),
  };
}

/** The bakery's identifiers: this byte, then `MacaroonId { bytes nonce = 1, bytes storageId = 2, repeated Op ops = 3 }`. */
const BAKERY_V3 = 3;

/** Rights of an identifier, in its order, each once. */
function readOps(id: Uint8Array): readonly string[] | undefined {
  const fields = readFields(id, 3);
  const ops = fields?.filter(({ number }) => number === 3).map(({ bytes }) => readOp(bytes));
  const rights = new Set<string>();
  for (const op of ops ?? []) {
    if (op === undefined) return undefined;
    for (const right of op) rights.add(right);
  }
  return rights.size === 0 ? undefined : [...rights];
}

/** `Op { string entity = 1, repeated string actions = 2 }` */
function readOp(op: Uint8Array): readonly string[] | undefined {
  const fields = readFields(op, 2)?.map(({ number, bytes }) => ({ number, text: fromUtf8(bytes) }));
  const entities = fields?.filter(({ number }) => number === 1);
  const actions = fields?.filter(({ number }) => number === 2);
  const entity = entities?.[0]?.text;
  if (entity === undefined || entities?.length !== 1 || actions === undefined) return undefined;
  return actions.map(({ text }) => `${entity}:${text ?? "?"}`);
}

interface Field {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** Fields of a protobuf message that are all length-delimited and none above `last`: a new one may be a new right. */
function readFields(message: Uint8Array, last: number): readonly Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < message.length;) {
    const tag = message[at] ?? 0;
    const low = message[at + 1] ?? 0x80;
    const isLong = low >= 0x80;
    const high = isLong ? (message[at + 2] ?? 0x80) : 0;
    // Two bytes of length go to 16,383: more than a macaroon holds.
    if ((tag & 7) !== 2 || tag >> 3 < 1 || tag >> 3 > last || high >= 0x80) return undefined;
    const start = at + (isLong ? 3 : 2);
    at = start + (low & 0x7f) + (high << 7);
    if (at > message.length) return undefined;
    fields.push({ number: tag >> 3, bytes: message.subarray(start, at) });
  }
  return fields;
}
