import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Hex } from "viem";

const SOURCES = join(import.meta.dirname, "contracts");
const CACHE = join(import.meta.dirname, "../../node_modules/.cache/test-chain");
const SETTINGS = {
  // Nobody pays for the gas, and it would double the time of a first run.
  optimizer: { enabled: false },
  evmVersion: "cancun",
  outputSelection: { "*": { "*": ["evm.deployedBytecode.object"] } },
};

interface CompilerOutput {
  readonly errors?: readonly { severity: string; formattedMessage: string }[];
  readonly contracts?: Record<string, Record<string, { evm: { deployedBytecode: { object: string } } }>>;
}

let compiled: Promise<ReadonlyMap<string, Hex>> | undefined;

/**
 * Runtime bytecode of `contracts/*.sol` by the contract's name. Compiled once for all processes: the result lies in
 * `node_modules/.cache` under the hash of the sources, because the compiler alone takes longer than a chain's start.
 */
export function compileContracts(): Promise<ReadonlyMap<string, Hex>> {
  compiled ??= readOrCompile();
  return compiled;
}

async function readOrCompile(): Promise<ReadonlyMap<string, Hex>> {
  const names = (await readdir(SOURCES)).filter((name) => name.endsWith(".sol")).toSorted();
  const contents = await Promise.all(names.map((name) => readFile(join(SOURCES, name), "utf8")));
  const sources = Object.fromEntries(names.map((name, index) => [name, { content: contents[index] ?? "" }]));
  const hash = createHash("sha256")
    .update(JSON.stringify([sources, SETTINGS]))
    .digest("hex");
  const file = join(CACHE, `${hash}.json`);
  const cached = await readFile(file, "utf8").catch(() => undefined);
  if (cached !== undefined) return new Map(JSON.parse(cached) as [string, Hex][]);
  const contracts = compile(sources);
  await mkdir(CACHE, { recursive: true });
  // Other processes may do the same now: nobody may see half a file.
  await writeFile(`${file}.${process.pid}`, JSON.stringify(contracts));
  await rename(`${file}.${process.pid}`, file);
  return new Map(contracts);
}

function compile(sources: Record<string, { content: string }>): [string, Hex][] {
  // Loaded here only: nine megabytes of compiler, which a cached result does without.
  const require = createRequire(import.meta.url);
  const solc = require("solc") as { compile(input: string): string };
  const input = { language: "Solidity", sources, settings: SETTINGS };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as CompilerOutput;
  const errors = output.errors?.filter((error) => error.severity === "error") ?? [];
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join("\n"));
  return Object.values(output.contracts ?? {})
    .flatMap((file) => Object.entries(file))
    .filter(([, contract]) => contract.evm.deployedBytecode.object !== "")
    .map(([name, contract]) => [name, `0x${contract.evm.deployedBytecode.object}`]);
}
