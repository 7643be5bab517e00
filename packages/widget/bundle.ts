/**
 * Bundles what runs in browsers: `node --conditions=source packages/widget/bundle.ts` writes the pages' scripts, which are
 * checked in because packages run from source, and `dist/w.js`.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** The scripts that pages inline or load, as modules of one string. */
export const pageScripts = [
  { entry: "scripts/payment-page.ts", file: "src/bundled/page-bundle.ts", name: "pageBundle" },
  { entry: "scripts/stream-page.ts", file: "src/bundled/stream-bundle.ts", name: "streamBundle" },
  { entry: "scripts/wallet.ts", file: "src/bundled/wallet-bundle.ts", name: "walletBundle" },
] as const;

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    conditions: ["source"],
    legalComments: "none",
  });
  // Indented lines are those of HTML templates, where any white space is as good as another.
  return (outputFiles[0]?.text ?? "").trim().replaceAll(/\n[ \t]+/g, " ");
}

/** The module that holds a page's script. */
export async function bundlePageScript({ entry, name }: (typeof pageScripts)[number]): Promise<string> {
  return `// Made by packages/widget/bundle.ts from ${entry}; a test holds it against its source.\nexport const ${name}: string =\n  ${JSON.stringify(await bundle(entry))};\n`;
}

/** The one browser file: the element, `paywallFetch` and the interception of links and forms. */
export async function bundleWidget(): Promise<string> {
  return `${await bundle("scripts/w.ts")}\n`;
}

/** Writes {@link bundleWidget}. */
export async function writeWidget(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, await bundleWidget());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const script of pageScripts)
    await writeFile(`${folder}${script.file}`, await bundlePageScript(script));
  await writeWidget(`${folder}dist/w.js`);
  await writeFile(`${folder}dist/w.d.ts`, "export {};\n");
}
