import { Option, type Command } from "commander";
import type { ProxyFlags } from "../gateway/run-proxy.ts";
import { addPriceOptions } from "../price-flags.ts";
import { readPort } from "./flag-readers.ts";
import type { CliContext } from "./invocation.ts";

/** `proxy <url> --price 0.01`: a paid gateway on this machine, in front of anything. */
export function addProxyCommand(program: Command, context: CliContext): void {
  const command = program
    .command("proxy")
    .summary("put a price on any URL, with a gateway on this machine (TEST money)")
    .description(
      "Serves a URL behind a 402 from this machine: streams, files and APIs pass through untouched. Money is of the sandbox; nothing is kept when it stops.",
    )
    .argument("<url>", "what is sold: everything below it")
    .addOption(new Option("--port <port>", "0: any free one").default(4402).argParser(readPort))
    .option("--host <address>", "where to listen; 0.0.0.0 for other devices", "localhost")
    .option("--public-url <url>", "the origin that payers see, behind a tunnel or a proxy")
    .option("--title <text>", "what the payment page calls it")
    .option("--no-qr", "no QR code");
  addPriceOptions(command).action((url: string, flags: ProxyFlags, own: Command) =>
    context.run(own, async (cli) => {
      const { runProxy } = await import("../gateway/run-proxy.ts");
      return runProxy(url, flags, cli);
    }),
  );
}
