import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { readExample } from "./readme-example.ts";
import { runProcess } from "./run-process.ts";

const { folder, packages } = inject("installed");
const compiler = join(import.meta.dirname, "..", "..", "node_modules", "typescript", "bin", "tsc");

/** What apps set: declarations of packages are checked too, where they are ours. */
const strict = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  target: "ES2024",
  lib: ["ES2024", "DOM", "DOM.Iterable"],
  types: ["node"],
  // Consumers are run as they are, by Node's type stripping.
  allowImportingTsExtensions: true,
};
const modes = [
  { name: "nodenext", module: "NodeNext", moduleResolution: "NodeNext" },
  { name: "bundler", module: "ESNext", moduleResolution: "Bundler" },
];

interface Consumer {
  readonly files: readonly string[];
  readonly mode: Readonly<Record<string, string>>;
}

/** Type-checks files of the folder. @returns what the compiler says, but for the declarations of other packages. */
async function compile(name: string, { files, mode }: Consumer): Promise<readonly string[]> {
  const config = `tsconfig.${name}.json`;
  writeFileSync(join(folder, config), JSON.stringify({ compilerOptions: { ...strict, ...mode }, files }));
  const { stdout, stderr } = await runProcess(process.execPath, [compiler, "-p", config], { cwd: folder });
  return `${stdout}${stderr}`
    .split("\n")
    .filter(
      (line) => line !== "" && !line.startsWith(" ") && !/^[^(]*node_modules\/(?!@?x402-paywall)/.test(line),
    );
}

describe("types of the installed packages", () => {
  const files = packages.map(({ folder: name, entries, readme }) => {
    const { language, code } = readExample(readme);
    const exported = entries.filter((entry) => !entry.endsWith("/testing"));
    const imports = exported.map(
      (entry, place) => `export * as entry${place} from ${JSON.stringify(entry)};\n`,
    );
    writeFileSync(join(folder, `types-${name}.ts`), imports.join("") + (language === "ts" ? code : ""));
    return `types-${name}.ts`;
  });
  const consumers = readdirSync(join(folder, "consumers")).map((file) => `consumers/${file}`);

  it.each(modes)("hold for every entry, README and consumer with $name", async ({ name, ...mode }) => {
    expect(await compile(name, { files: [...files, ...consumers], mode })).toEqual([]);
  });

  it("are not any", async () => {
    const code =
      'import { createPayingFetch } from "@x402-paywall/core/client";\ncreatePayingFetch({ wallets: {} });';
    writeFileSync(join(folder, "types-wrong.ts"), code);
    const mode = { module: "NodeNext", moduleResolution: "NodeNext" };
    expect(await compile("wrong", { files: ["types-wrong.ts"], mode })).toEqual([
      expect.stringMatching(/^types-wrong\.ts\(2,19\): error TS\d+: .*'budget'/),
    ]);
  });
});
