import {
  describeRate,
  formatSats,
  formatUsage,
  formatUsd,
  type Jwks,
  parseJson,
  type Receipt,
  receiptPayload,
} from "@x402-paywall/core";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import type { Invocation } from "../commands/invocation.ts";
import { resolveInstance } from "../config/resolve-instance.ts";
import { toJson } from "../output/output.ts";
import { plain, type Style } from "../output/style.ts";
import { checkReceipt } from "./check-receipt.ts";
import { fetchJwks, fetchOne, readJwks } from "./fetch-jwks.ts";
import { findReceipt } from "./find-receipt.ts";

export interface VerifyFlags {
  readonly jwks?: string;
  readonly instance?: string;
}

/** @throws CliError `not_verified` for a receipt that is not genuine */
export async function runVerify(text: string, flags: VerifyFlags, cli: Invocation): Promise<void> {
  const { terminal, output } = cli;
  const instance = await resolveInstance(flags.instance, terminal);
  const { jws, near } = await findReceipt(text, instance, terminal);
  const keys = await findKeys(flags.jwks, near, cli);
  const checked = await checkReceipt(jws, keys.jwks);
  if (checked.kind === "false") {
    throw new CliError(
      "not_verified",
      `This receipt is not genuine: ${checked.why}.`,
      `Checked with the keys of ${keys.from}; ask whoever gave it to you, or name other keys with --jwks.`,
    );
  }
  const { receipt } = checked;
  output.result({ genuine: true, keysFrom: keys.from, receipt: receiptPayload(receipt), jws }, () =>
    describe(receipt, keys.from, output.resultStyle),
  );
}

async function findKeys(
  named: string | undefined,
  near: readonly URL[],
  { terminal }: Invocation,
): Promise<{ readonly jwks: Jwks; readonly from: string }> {
  if (named === undefined) {
    if (near.length === 0)
      throw new CliError(
        "usage",
        "A JWS alone does not say where its keys are.",
        "Add --instance <url>, or the keys themselves: --jwks <file or URL>.",
      );
    return {
      jwks: await fetchJwks(near, terminal.signal),
      from: near.map(({ origin }) => origin).join(", "),
    };
  }
  const isUrl = /^https?:\/\//.test(named);
  const jwks = isUrl
    ? await fetchOne(named, terminal.signal)
    : readJwks(parseJson(await readFile(resolve(terminal.cwd, named), "utf8").catch(() => "")));
  if (jwks === undefined)
    throw new CliError(
      isUrl ? "unreachable" : "usage",
      `${named} holds no keys.`,
      'It has to be a JWKS: {"keys":[{"kty":"OKP","crv":"Ed25519",…}]}.',
    );
  return { jwks, from: named };
}

function describe(receipt: Receipt, from: string, style: Style): string {
  const { id, mode, amount, wire, rail, settled, settledAt, payer, reference, endpointId, usage, rate } =
    receipt;
  const paid = `$${formatUsd(amount)}  ${mode === "test" ? style.yellow("TEST") : style.green("LIVE")}`;
  const rows: readonly (readonly [string, string])[] = [
    ["receipt", id],
    ["paid", paid],
    ["settled", `${describeSettled(settled)}, over ${wire} (${rail})`],
    ...(rate === undefined ? [] : [["at", describeRate(rate)] as const]),
    ["when", new Date(settledAt * 1000).toISOString()],
    ["for", endpointId],
    ...(payer === undefined ? [] : [["by", payer] as const]),
    ...(usage === undefined ? [] : [["usage", toJson(formatUsage(usage))] as const]),
    ["reference", reference],
    ["keys of", from],
  ];
  const lines = rows.map(
    ([name, value]) => `  ${style.dim(name.padEnd(10))}${name === "paid" ? value : plain(value)}`,
  );
  return [`${style.green("✓")} ${style.bold("This receipt is genuine.")}`, ...lines].join("\n");
}

/** In the unit that people use: `0.01 USDC`, `10 sat`. */
function describeSettled({ amount, unit, asset, network }: Receipt["settled"]): string {
  if (unit === "1e-6") return `${formatUsd(BigInt(amount))} ${asset} on ${network}`;
  if (unit === "msat" && /^\d+$/.test(amount)) return `${formatSats(BigInt(amount))} sat on ${network}`;
  return `${amount} ${unit} of ${asset} on ${network}`;
}
