import type { StablecoinAsset, StablecoinNetwork } from "@x402-paywall/proxy/rails/stablecoin/networks";
import { KNOWN_NETWORKS } from "@x402-paywall/proxy/rails/stablecoin/networks";
import { z } from "zod";

/** LIVE stablecoins as the operator set them up. */
export interface StablecoinConfig {
  readonly networks: readonly StablecoinNetwork[];
  readonly facilitators: readonly FacilitatorConfig[];
  /** For one question to a facilitator; the rail's own where it is not set. */
  readonly timeoutMs?: number;
  /** For a settlement to be seen on the chain; the rail's own where it is not set. */
  readonly confirmMs?: number;
}

export interface FacilitatorConfig {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http(s) URL" });
const network = z.templateLiteral(["eip155:", z.string().regex(/^[1-9]\d{0,17}$/)]);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be a 20-byte address");

/** `https://one.example,https://two.example`, or JSON `[{"url":"…","headers":{"Authorization":"Bearer …"}}]`. */
export const facilitatorList = z.string().transform((text, context): readonly FacilitatorConfig[] => {
  const shape = z.array(
    z.strictObject({ url: httpUrl, headers: z.record(z.string(), z.string()).default({}) }),
  );
  const input = text.trimStart().startsWith("[")
    ? readJson(text)
    : text.split(",").map((part) => ({ url: part.trim() }));
  return checked(shape.min(1), input, context);
});

/** `eip155:8453,eip155:137=https://rpc.example/key`: known networks by name, with a node of one's own where one is given. */
export const networkList = z.string().transform((text, context) =>
  checked(
    z.array(z.strictObject({ network, rpcUrl: httpUrl.optional() })).min(1),
    text.split(",").map((part) => {
      const [id = "", ...rest] = part.trim().split("=");
      return rest.length === 0 ? { network: id } : { network: id, rpcUrl: rest.join("=") };
    }),
    context,
  ),
);

/** `2`, or `eip155:137=5,eip155:8453=1`. */
export const confirmationList = z.string().transform((text, context): ReadonlyMap<string, number> => {
  const pairs = text.split(",").map((part) => part.trim().split("="));
  const entries = pairs.map(([left = "", right]) => (right === undefined ? ["*", left] : [left, right]));
  const shape = z.array(
    z.tuple([z.union([z.literal("*"), network]), z.coerce.number().int().min(1).max(1000)]),
  );
  return new Map(checked(shape, entries, context));
});

const chain = z.strictObject({
  network,
  name: z.string().min(1).max(40),
  currency: z.string().min(1).max(10).default("ETH"),
  rpcUrl: httpUrl,
  explorerUrl: httpUrl.optional(),
  testnet: z.boolean().default(false),
  confirmations: z.number().int().min(1).max(1000).default(1),
  asset: z.strictObject({
    address,
    symbol: z.string().min(1).max(10),
    name: z.string().min(1),
    version: z.string().min(1),
    decimals: z.literal(6).default(6),
    transfer: z.enum(["eip3009", "permit2"]).default("eip3009"),
  }),
});

/** JSON: any EVM chain with a token worth one dollar, of six decimals, that reverts on a used nonce. */
export const chainList = z
  .string()
  .transform((text, context) => checked(z.array(chain), readJson(text), context));

export interface StablecoinSettings {
  readonly FACILITATORS?: readonly FacilitatorConfig[] | undefined;
  readonly STABLECOIN_NETWORKS?: z.output<typeof networkList> | undefined;
  readonly STABLECOIN_CONFIRMATIONS?: ReadonlyMap<string, number> | undefined;
  readonly EVM_CHAINS?: z.output<typeof chainList> | undefined;
  readonly FACILITATOR_TIMEOUT_MS?: number | undefined;
  readonly SETTLEMENT_TIMEOUT_MS?: number | undefined;
}

/**
 * @returns `undefined` without facilitators: then LIVE stablecoins are off.
 * @throws Error for a network that is neither known nor described
 */
export function toStablecoinConfig(settings: StablecoinSettings): StablecoinConfig | undefined {
  const { FACILITATORS: facilitators, EVM_CHAINS: chains = [], STABLECOIN_NETWORKS: chosen } = settings;
  if (facilitators === undefined) return undefined;
  const described = chains.map(toNetwork);
  const known = [...described, ...KNOWN_NETWORKS.filter(({ network: id }) => !hasNetwork(described, id))];
  const wanted = chosen ?? [
    ...described.map(({ network: id }) => ({ network: id })),
    ...KNOWN_NETWORKS.filter(({ testnet }) => !testnet).map(({ network: id }) => ({ network: id })),
  ];
  const { FACILITATOR_TIMEOUT_MS: timeoutMs, SETTLEMENT_TIMEOUT_MS: confirmMs } = settings;
  return {
    facilitators,
    networks: wanted.map((choice) => choose(choice, known, settings)),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(confirmMs === undefined ? {} : { confirmMs }),
  };
}

function choose(
  { network: id, rpcUrl }: { readonly network: string; readonly rpcUrl?: string | undefined },
  known: readonly StablecoinNetwork[],
  { STABLECOIN_CONFIRMATIONS: confirmations }: StablecoinSettings,
): StablecoinNetwork {
  const found = known.find((each) => each.network === id);
  if (found === undefined) throw new Error(`STABLECOIN_NETWORKS names ${id}: describe it in EVM_CHAINS.`);
  const depth = confirmations?.get(id) ?? confirmations?.get("*") ?? found.confirmations;
  // A node of one's own may have a key in its URL: it is never told to payers.
  return rpcUrl === undefined
    ? { ...found, confirmations: depth }
    : { ...found, confirmations: depth, rpcUrl, publicRpc: false };
}

function toNetwork({ explorerUrl, ...rest }: z.output<typeof chain>): StablecoinNetwork {
  const asset: StablecoinAsset = rest.asset;
  const chainId = BigInt(rest.network.slice("eip155:".length));
  return { ...rest, asset, chainId, ...(explorerUrl === undefined ? {} : { explorerUrl }) };
}

function hasNetwork(networks: readonly StablecoinNetwork[], id: string): boolean {
  return networks.some(({ network: each }) => each === id);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Faults without the value: it may hold keys. */
function checked<T extends z.ZodType>(shape: T, input: unknown, context: z.RefinementCtx): z.output<T> {
  const parsed = shape.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : ` (${issue.path.join(".")})`;
  context.addIssue({
    code: "custom",
    message: `cannot be read${where}: ${issue?.message ?? "unknown fault"}`,
  });
  return z.NEVER;
}
