import { isJsonObject } from "@x402-paywall/core";
import { CliError } from "../cli-error.ts";
import type { Invocation } from "../commands/invocation.ts";
import { configPath, readConfig, writeConfig } from "../config/config-file.ts";
import {
  checkChannel,
  checkKey,
  KEY_VARIABLE,
  requireInstance,
  resolveInstance,
} from "../config/resolve-instance.ts";
import { askSecret, askText } from "../output/prompts.ts";
import { plain } from "../output/style.ts";
import { readUrl } from "../read-url.ts";
import { textOf } from "../text-of.ts";
import { createInstanceClient } from "./instance-client.ts";

export interface KeysFlags {
  readonly instance?: string;
  readonly dryRun?: boolean;
}

/** A key as it may be shown. */
function mask(key: string): string {
  return `${key.slice(0, 7)}…`;
}

/** The keys that are stored here, and which of them is used. */
export async function listKeys(cli: Invocation): Promise<void> {
  const { output, terminal } = cli;
  const { current, keys } = await readConfig(terminal);
  const rows = Object.entries(keys).map(([instance, key]) => ({
    instance,
    key: mask(key),
    current: instance === current,
  }));
  output.result({ file: configPath(terminal), keys: rows }, () =>
    rows.length === 0
      ? "No key is stored. Add one with: x402-paywall keys use"
      : rows.map((row) => `${row.current ? "*" : " "} ${row.instance}  ${row.key}`).join("\n"),
  );
}

/** Checks a key and stores it, from the environment, stdin or a question: never from the command line, which others see. */
export async function useKey(
  flags: KeysFlags & { readonly stdin?: boolean },
  cli: Invocation,
): Promise<void> {
  const { output, terminal, canAsk } = cli;
  const origin = await findOrigin(flags.instance, cli);
  checkChannel(origin);
  const config = await readConfig(terminal);
  const key = checkKey(await findKey(flags.stdin === true, config.keys[origin], cli, canAsk));
  const { user, workspace } = await createInstanceClient({ origin, key }, terminal.signal).call("GET", "/me");
  const who = isJsonObject(user) ? textOf(user.email) : "";
  const where = isJsonObject(workspace) ? textOf(workspace.name) : "";
  if (flags.dryRun !== true)
    await writeConfig({ current: origin, keys: { ...config.keys, [origin]: key } }, terminal);
  const done = flags.dryRun === true ? "It works; nothing was stored" : `Stored in ${configPath(terminal)}`;
  output.result(
    { instance: origin, key: mask(key), user: who, workspace: where, stored: flags.dryRun !== true },
    () => `${output.resultStyle.green("✓")} ${origin} as ${plain(who)} in ${plain(where)}. ${done}.`,
  );
}

/** Whether the key in use still works. */
export async function checkStoredKey(flags: KeysFlags, cli: Invocation): Promise<void> {
  const signed = await requireInstance(flags, cli.terminal);
  const me = await createInstanceClient(signed, cli.terminal.signal).call("GET", "/me");
  const email = isJsonObject(me.user) ? textOf(me.user.email) : "";
  cli.output.result(
    { instance: signed.origin, key: mask(signed.key), works: true, user: email },
    () =>
      `${cli.output.resultStyle.green("✓")} ${mask(signed.key)} works at ${signed.origin}, as ${plain(email)}.`,
  );
}

/** Forgets the key of an instance; the key itself still works. */
export async function removeKey(flags: KeysFlags, cli: Invocation): Promise<void> {
  const { output, terminal } = cli;
  const origin = await findOrigin(flags.instance, cli);
  const { current, keys } = await readConfig(terminal);
  if (keys[origin] === undefined)
    throw new CliError("usage", `No key is stored for ${origin}.`, "See which are: x402-paywall keys list");
  const rest = Object.fromEntries(Object.entries(keys).filter(([each]) => each !== origin));
  if (flags.dryRun !== true)
    await writeConfig({ current: current === origin ? Object.keys(rest)[0] : current, keys: rest }, terminal);
  output.result({ instance: origin, removed: flags.dryRun !== true }, () =>
    flags.dryRun === true
      ? `Would forget the key of ${origin}. Nothing was changed.`
      : `Forgotten here. To end the key itself: ${origin}/app/developers`,
  );
}

/** Keys are made and ended by a person who has signed in, not by other keys: says where. */
export async function sayWhere(what: "create" | "revoke", flags: KeysFlags, cli: Invocation): Promise<void> {
  const origin = await findOrigin(flags.instance, cli);
  const page = `${origin}/app/developers`;
  cli.output.result({ instance: origin, page }, () => page);
  cli.output.note(
    what === "create"
      ? `Keys are made there, signed in with your password; an API key cannot make another. Then: x402-paywall keys use --instance ${origin}`
      : `Keys are ended there, signed in with your password. To forget one here: x402-paywall keys remove --instance ${origin}`,
  );
}

async function findOrigin(flag: string | undefined, { terminal, canAsk }: Invocation): Promise<string> {
  const origin = await resolveInstance(flag, terminal);
  if (origin !== undefined) return origin;
  if (!canAsk) throw new CliError("usage", "No instance is named.", "Add --instance <url>.");
  const text = await askText(
    { message: "Which instance?", placeholder: "https://paywall.example" },
    terminal,
  );
  return readUrl(text).origin;
}

async function findKey(
  fromStdin: boolean,
  stored: string | undefined,
  { terminal }: Invocation,
  canAsk: boolean,
): Promise<string> {
  if (fromStdin) {
    const chunks: Buffer[] = [];
    for await (const chunk of terminal.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString();
  }
  const set = terminal.env[KEY_VARIABLE];
  if (set !== undefined && set !== "") return set;
  // Only the instance is switched.
  if (stored !== undefined) return stored;
  if (canAsk) return askSecret("API key (pk_…)", terminal);
  throw new CliError("usage", "No key is given.", `Set ${KEY_VARIABLE}, or send it to --stdin.`);
}
