/** What the environment says, by name. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with a configuration. Names and advice only: what was set may be secret. */
export class ConfigFaults extends Error {
  override readonly name = "ConfigFaults";
  readonly #lines: string[] = [];

  get length(): number {
    return this.#lines.length;
  }

  /** @returns `undefined`, in place of the value that could not be read */
  add(setting: string, fault: string): undefined {
    this.#lines.push(`  ${setting} ${fault}`);
    const head = "The configuration of the facilitator is not complete:";
    this.message = [head, ...new Set(this.#lines), "Set them in the environment and start again."].join("\n");
    return undefined;
  }
}

/** The parts between commas. */
export function readList(settings: Settings, name: string): readonly string[] {
  return (settings[name] ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

type Pair = readonly [network: `eip155:${string}`, value: string];

/** `eip155:8453=value,eip155:137=value`. */
export function readPairs(settings: Settings, name: string, faults: ConfigFaults): readonly Pair[] {
  return readList(settings, name).flatMap((part): Pair[] => {
    const [, chainId, value] = /^eip155:([1-9]\d{0,14})=(.+)$/.exec(part) ?? [];
    if (chainId !== undefined && value !== undefined) return [[`eip155:${chainId}`, value]];
    faults.add(name, "must be eip155:<chain id>=<value>, with commas between several");
    return [];
  });
}

/** An amount in wei for every network (`1000`), or one for each (`eip155:8453=1000,eip155:137=2000`). */
export function readAmount(
  settings: Settings,
  name: string,
  faults: ConfigFaults,
): (network: string) => bigint | undefined {
  const { [name]: text } = settings;
  if (text === undefined) return () => undefined;
  if (isPositive(text.trim())) return () => BigInt(text.trim());
  const pairs = new Map<string, string>(readPairs(settings, name, faults));
  if (![...pairs.values()].every(isPositive)) faults.add(name, "must be in wei: a positive integer");
  return (network) => {
    const value = pairs.get(network);
    return value === undefined || !isPositive(value) ? undefined : BigInt(value);
  };
}

export function readInteger(
  settings: Settings,
  name: string,
  { fallback, min, max }: { readonly fallback: number; readonly min: number; readonly max: number },
  faults: ConfigFaults,
): number {
  const { [name]: text } = settings;
  if (text === undefined) return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  faults.add(name, `must be an integer from ${min} to ${max}`);
  return fallback;
}

function isPositive(value: string): boolean {
  return /^[1-9]\d{0,29}$/.test(value);
}
