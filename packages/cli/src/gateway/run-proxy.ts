import { renderUnicodeCompact } from "uqr";
import type { Invocation } from "../commands/invocation.ts";
import type { ExitName } from "../exit-codes.ts";
import { plain } from "../output/style.ts";
import { type PriceFlags, readPrice } from "../price-flags.ts";
import { readUrl } from "../read-url.ts";
import { showUsd } from "../payer/to-pay-error.ts";
import { type RunningGateway, startGateway } from "./start-gateway.ts";
import type { WatchedRequest } from "./watch-store.ts";

export interface ProxyFlags extends PriceFlags {
  readonly port: number;
  readonly host: string;
  readonly publicUrl?: string;
  readonly title?: string;
  readonly qr: boolean;
}

/** Streams that are open may finish for so long; a second Ctrl-C does not wait. */
const GRACE_MS = 2000;

/** Serves until it is stopped. @throws CliError */
export async function runProxy(link: string, flags: ProxyFlags, cli: Invocation): Promise<ExitName> {
  const { output, terminal } = cli;
  const upstream = readUrl(link);
  const price = readPrice(flags);
  const gateway = await startGateway({
    upstream,
    price,
    title: flags.title ?? upstream.host,
    host: flags.host,
    port: flags.port,
    publicUrl: flags.publicUrl === undefined ? undefined : readUrl(flags.publicUrl, "--public-url").origin,
    onRequest: (request) =>
      output.event({ type: "request", ...request }, () => describeRequest(request, cli)),
    onTrouble: (sentence) =>
      output.event({ type: "trouble", sentence }, () => output.style.yellow(`! ${plain(sentence)}`)),
  });
  tellReady(gateway, upstream, flags, cli);
  await stopped(terminal.signal);
  output.note(output.style.dim("\nclosing"));
  await gateway.close(GRACE_MS);
  return "ok";
}

function tellReady(gateway: RunningGateway, upstream: URL, { qr }: ProxyFlags, { output }: Invocation): void {
  const { link, priceText } = gateway;
  const pay = `x402-paywall pay ${link}`;
  const curl = `curl -i ${link}`;
  output.event(
    { type: "ready", link, upstream: upstream.href, price: priceText, mode: "test", pay, curl },
    () => {
      const { style } = output;
      const code = qr ? `\n${renderUnicodeCompact(link, { border: 2 })}\n` : "";
      return [
        "",
        `  ${style.bold(link)}  ${style.green(priceText)}  ${style.yellow("TEST")}`,
        style.dim(`  in front of ${upstream.href}; below the link lies what is below it`),
        code,
        `  ${style.dim("see the 402:")}  ${curl}`,
        `  ${style.dim("pay it:")}       ${pay}`,
        style.dim("  Ctrl-C stops it; what was paid is forgotten then"),
        "",
      ].join("\n");
    },
  );
}

function describeRequest(request: WatchedRequest, { output: { style } }: Invocation): string {
  const { method, path, status, kind, wire, amount, bytesOut, durationMs, receiptId } = request;
  const paint = status === 402 ? style.yellow : status < 400 ? style.green : style.red;
  const money = amount === null ? "" : `  ${style.bold(showUsd(amount))}${wire === null ? "" : ` ${wire}`}`;
  const receipt = receiptId === null ? "" : style.dim(`  ${receiptId}`);
  const size = style.dim(`${durationMs} ms  ${bytesOut} B`);
  return `  ${paint(String(status))}  ${kind.padEnd(9)} ${method.padEnd(6)} ${plain(path, 80)}  ${size}${money}${receipt}`;
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
