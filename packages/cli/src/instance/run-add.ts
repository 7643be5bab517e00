import { describePrice, formatPrice } from "@x402-paywall/core";
import type { Invocation } from "../commands/invocation.ts";
import { requireInstance } from "../config/resolve-instance.ts";
import { startProgress } from "../output/progress.ts";
import { plain } from "../output/style.ts";
import { type PriceFlags, readPrice } from "../price-flags.ts";
import { readUrl } from "../read-url.ts";
import { textOf } from "../text-of.ts";
import { createInstanceClient } from "./instance-client.ts";

export interface AddFlags extends PriceFlags {
  readonly instance?: string;
  readonly key?: string;
  readonly title?: string;
  readonly slug?: string;
  readonly exact?: boolean;
  readonly dryRun?: boolean;
}

/** Registers an endpoint, or says what would be registered. @throws CliError */
export async function runAdd(link: string, flags: AddFlags, cli: Invocation): Promise<void> {
  const { terminal, output } = cli;
  const url = readUrl(link);
  const price = readPrice(flags);
  const signed = await requireInstance(flags, terminal);
  const client = createInstanceClient(signed, terminal.signal);
  const { title, slug } = flags;
  const wanted = {
    url: url.href,
    price: formatPrice(price),
    match: flags.exact === true ? "exact" : "prefix",
    ...(title === undefined ? {} : { title }),
    ...(slug === undefined ? {} : { slug }),
  };
  if (flags.dryRun === true) {
    const progress = startProgress(`${signed.origin} looks at ${url.href}`, terminal, output);
    const seen = await client.call("POST", "/inspect", { url: url.href }).finally(() => progress.end());
    output.result({ dryRun: true, instance: signed.origin, endpoint: wanted, inspection: seen }, () => {
      const notes = Array.isArray(seen.notes) ? seen.notes.map((note) => `  ${plain(String(note))}`) : [];
      const name = title ?? (textOf(seen.suggestedTitle) || url.host);
      return [
        `Would add ${plain(name)} for ${describePrice(price)} at ${signed.origin}:`,
        `  ${url.href}`,
        ...notes,
        "Nothing was changed.",
      ].join("\n");
    });
    return;
  }
  const endpoint = await client.call("POST", "/endpoints", wanted);
  const shared = plain(textOf(endpoint.url), 2048);
  output.result({ instance: signed.origin, endpoint }, () => shared);
  output.note(`${output.style.green("✓")} ${describePrice(price)}, ${textOf(endpoint.mode).toUpperCase()}`);
  output.note(`  edit it: ${signed.origin}/app/endpoints/${plain(textOf(endpoint.id))}`);
  output.note(`  pay it:  x402-paywall pay ${shared}`);
}
