import type { Project } from "./project.ts";

/** The file in which an application is made, and how it is written. */
export interface Entry {
  readonly path: string;
  readonly text: string;
  /** `app` in `const app = express()`. */
  readonly variable: string;
  /** Offset just behind that statement. */
  readonly end: number;
  readonly isModule: boolean;
  readonly indent: string;
  /** Of its own relative imports. */
  readonly extension: string;
  readonly usesSemicolons: boolean;
  readonly quote: string;
}

const CANDIDATES = ["server", "app", "index", "main"].flatMap((name) =>
  ["", "src/"].flatMap((folder) => ["ts", "js", "mjs", "cjs", "mts"].map((end) => `${folder}${name}.${end}`)),
);

/** @param construction Of the application: matches from its declaration on, the variable in the first group. */
export function findEntry(project: Project, construction: RegExp): Entry | undefined {
  const main = typeof project.manifest.main === "string" ? [project.manifest.main.replace(/^\.\//, "")] : [];
  for (const path of new Set([...main, ...CANDIDATES])) {
    const text = project.read(path);
    const found = text === undefined ? [] : [...text.matchAll(construction)];
    const [only] = found;
    // Where there are two, nobody knows which one is meant.
    const isOurs = text?.includes("@x402-paywall/") === true;
    if (text !== undefined && only !== undefined && found.length === 1 && !isOurs)
      return readEntry(path, text, only, project);
  }
  return undefined;
}

function readEntry(path: string, text: string, found: RegExpMatchArray, project: Project): Entry {
  const [whole, variable = "app"] = found;
  const isModule =
    /\.m[jt]s$/.test(path) ||
    (!/\.c[jt]s$/.test(path) && /^import\s/m.test(text)) ||
    (project.isModule && !/\brequire\(/.test(text));
  const end = (found.index ?? 0) + whole.length;
  return {
    path,
    text,
    variable,
    end,
    isModule,
    indent: /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", found.index ?? 0) + 1))?.[0] ?? "",
    extension: findExtension(path, text, isModule, project),
    usesSemicolons: whole.endsWith(";"),
    quote: (text.match(/'/g)?.length ?? 0) > (text.match(/"/g)?.length ?? 0) ? "'" : '"',
  };
}

function findExtension(path: string, text: string, isModule: boolean, project: Project): string {
  const [, written] = /from\s+["']\.{1,2}\/[^"']*?(\.[cm]?[jt]s)?["']/.exec(text) ?? [];
  if (written !== undefined) return written;
  if (!path.endsWith("ts")) return isModule ? path.slice(path.lastIndexOf(".")) : "";
  const config = project.read("tsconfig.json") ?? "";
  if (/"(?:allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*true/.test(config))
    return ".ts";
  return /"moduleResolution"\s*:\s*"(?:bundler|node10|node)"/i.test(config) || !isModule ? "" : ".js";
}

/** Imports a name behind the last import, and puts statements behind the construction of the application. */
export function editEntry(
  entry: Entry,
  imported: { readonly names: string; readonly from: string },
  statements: readonly string[],
): string {
  const { text, end, indent, usesSemicolons, quote, isModule } = entry;
  const stop = usesSemicolons ? ";" : "";
  const from = `${quote}${imported.from}${quote}`;
  const line = isModule
    ? `import ${imported.names} from ${from}${stop}`
    : `const ${imported.names} = require(${from})${stop}`;
  const written = statements.map((statement) => `\n${indent}${requote(statement, quote)}${stop}`).join("");
  const body = text.slice(0, end) + written + text.slice(end);
  const at = endOfImports(body, isModule);
  return at === 0 ? `${line}\n${body}` : `${body.slice(0, at)}\n${line}${body.slice(at)}`;
}

function requote(statement: string, quote: string): string {
  return quote === "'" ? statement.replaceAll('"', "'") : statement;
}

/** Of the last line that imports or requires at the start; 0 where there is none. */
function endOfImports(text: string, isModule: boolean): number {
  const pattern = isModule
    ? /^import\s[^;]*?["'][^"']+["'];?[ \t]*$/gm
    : /^(?:const|let|var)\s[^;\n]*\brequire\([^)]*\)[^\n]*$/gm;
  const last = [...text.matchAll(pattern)].at(-1);
  return last === undefined ? 0 : last.index + last[0].length;
}

/** The port that the entry listens on, where it is written there. */
export function findPort(text: string): number | undefined {
  const [, first, second, third] =
    /\blisten\(\s*(?:\{\s*port:\s*)?(\d{2,5})|\bPORT\b\s*(?:\|\||\?\?)\s*["']?(\d{2,5})|\bport\s*=\s*["']?(\d{2,5})/.exec(
      text,
    ) ?? [];
  const port = first ?? second ?? third;
  return port === undefined ? undefined : Number(port);
}
