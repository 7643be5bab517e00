import { CliError } from "../cli-error.ts";
import { isLoopback, readUrl } from "../read-url.ts";
import type { Terminal } from "../terminal.ts";
import { readConfig } from "./config-file.ts";

export const INSTANCE_VARIABLE = "X402_PAYWALL_INSTANCE";
export const KEY_VARIABLE = "X402_PAYWALL_KEY";

/** The instance that is meant: the flag, the environment, what `keys use` remembered. Its origin. */
export async function resolveInstance(
  flag: string | undefined,
  terminal: Pick<Terminal, "env">,
): Promise<string | undefined> {
  const named = flag ?? terminal.env[INSTANCE_VARIABLE];
  if (named !== undefined && named !== "")
    return readUrl(named, flag === undefined ? INSTANCE_VARIABLE : "--instance").origin;
  return (await readConfig(terminal)).current;
}

export interface SignedInstance {
  readonly origin: string;
  readonly key: string;
}

/**
 * The instance and the key for it: the flag, the environment, the file.
 * @throws CliError `usage` without an instance, `not_signed_in` without a key
 */
export async function requireInstance(
  flags: { readonly instance?: string; readonly key?: string },
  terminal: Pick<Terminal, "env">,
): Promise<SignedInstance> {
  const origin = await resolveInstance(flags.instance, terminal);
  if (origin === undefined)
    throw new CliError(
      "usage",
      "No instance is named.",
      `Add --instance <url>, set ${INSTANCE_VARIABLE}, or store one with: x402-paywall keys use`,
    );
  const key = flags.key ?? nonEmpty(terminal.env[KEY_VARIABLE]) ?? (await readConfig(terminal)).keys[origin];
  if (key === undefined)
    throw new CliError(
      "not_signed_in",
      `There is no API key for ${origin}.`,
      `Make one at ${origin}/app/developers, then: x402-paywall keys use --instance ${origin}`,
    );
  checkChannel(origin);
  return { origin, key: checkKey(key) };
}

/** A key is a password: it goes over TLS, or to this machine. @throws CliError `usage` */
export function checkChannel(origin: string): void {
  const { protocol, hostname } = new URL(origin);
  if (protocol === "https:" || isLoopback(hostname)) return;
  throw new CliError(
    "usage",
    `${origin} is not encrypted: the key would be readable on the way.`,
    "Name the instance with https://.",
  );
}

/** @throws CliError `usage`; the message does not hold the key */
export function checkKey(text: string): string {
  const key = text.trim();
  if (/^pk_[A-Za-z0-9_-]{32,200}$/.test(key)) return key;
  throw new CliError("usage", "That is no API key.", "Copy all of it: it starts with pk_.");
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
