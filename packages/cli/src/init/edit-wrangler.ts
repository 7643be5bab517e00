import { type Project, WRANGLER_FILES } from "./project.ts";

/** The settings of a Worker that is there. */
export interface Wrangler {
  readonly path: string;
  readonly text: string;
  /** The module that is served, as it is written. */
  readonly main: string | undefined;
}

/** Any will do while nothing is deployed. */
const LOCAL_ID = "00000000-0000-0000-0000-000000000000";
const URL_LINE = "http://localhost:8787";

export function readWrangler(project: Project): Wrangler | undefined {
  for (const path of WRANGLER_FILES) {
    const text = project.read(path);
    if (text === undefined) continue;
    const [, main] = /^\s*"?main"?\s*[:=]\s*"([^"]+)"/m.exec(text) ?? [];
    return { path, text, main };
  }
  return undefined;
}

/**
 * The settings with the paywall's module in front, a database, the public URL and a cron trigger.
 * @returns `undefined` where one of them is there already, and nobody but its owner can say what should become of it.
 */
export function editWrangler({ path, text, main }: Wrangler, newMain: string): string | undefined {
  if (
    main === undefined ||
    /"?(?:d1_databases|triggers|vars)"?\]{0,2}\s*(?:[:=]|$)/m.test(withoutComments(text))
  )
    return undefined;
  if (path.endsWith(".toml")) {
    const changed = text.replace(/^(\s*main\s*=\s*)"[^"]+"/m, `$1"${newMain}"`).trimEnd();
    return `${changed}\n\n${tomlLines.join("\n")}\n`;
  }
  return text.replace(/^([ \t]*)("main"\s*:\s*)"[^"]+"/m, (_, indent: string, name: string) =>
    [`${name}"${newMain}"`, ...jsonLines].map((line) => `${indent}${line}`).join(",\n"),
  );
}

export function newWrangler(main: string): readonly string[] {
  return [
    "{",
    '  "$schema": "node_modules/wrangler/config-schema.json",',
    '  "name": "paywall",',
    `  "main": "${main}",`,
    '  "compatibility_date": "2026-07-01",',
    ...jsonLines.map((line, at) => `  ${line}${at < jsonLines.length - 1 ? "," : ""}`),
    "}",
  ];
}

const jsonLines: readonly string[] = [
  `"d1_databases": [{ "binding": "DB", "database_name": "paywall", "database_id": "${LOCAL_ID}" }]`,
  `"vars": { "PUBLIC_URL": "${URL_LINE}" }`,
  `"triggers": { "crons": ["* * * * *"] }`,
];

const tomlLines: readonly string[] = [
  "[[d1_databases]]",
  'binding = "DB"',
  'database_name = "paywall"',
  `database_id = "${LOCAL_ID}"`,
  "",
  "[vars]",
  `PUBLIC_URL = "${URL_LINE}"`,
  "",
  "[triggers]",
  'crons = ["* * * * *"]',
];

/** Starters bring settings that are commented out. */
function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .split("\n")
    .filter((line) => !/^\s*(?:\/\/|#)/.test(line))
    .join("\n");
}
