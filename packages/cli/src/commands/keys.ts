import type { Command } from "commander";
import type { KeysFlags } from "../instance/run-keys.ts";
import type { CliContext } from "./invocation.ts";

const run = () => import("../instance/run-keys.ts");

/** `keys`: which API key is used at which instance. */
export function addKeysCommand(program: Command, context: CliContext): void {
  const keys = program
    .command("keys")
    .summary("the API keys that this machine uses")
    .description(
      "Stores API keys for instances in a file that only you can read, and says which one is used. Keys themselves are made and ended in the dashboard.",
    );
  const verb = (name: string, text: string): Command =>
    keys.command(name).description(text).option("--instance <url>", "default: the one in use");
  keys
    .command("list")
    .description("print the instances with a stored key; * is in use")
    .action((_: object, own: Command) => context.run(own, async (cli) => (await run()).listKeys(cli)));
  verb("use", "check a key, store it and use it; asks for it, or reads X402_PAYWALL_KEY")
    .option("--stdin", "read the key from stdin")
    .option("--dry-run", "check it, and store nothing")
    .action((flags: KeysFlags & { stdin?: boolean }, own: Command) =>
      context.run(own, async (cli) => (await run()).useKey(flags, cli)),
    );
  verb("check", "ask the instance whether the key works").action((flags: KeysFlags, own: Command) =>
    context.run(own, async (cli) => (await run()).checkStoredKey(flags, cli)),
  );
  verb("remove", "forget the key here")
    .option("--dry-run", "change nothing")
    .action((flags: KeysFlags, own: Command) =>
      context.run(own, async (cli) => (await run()).removeKey(flags, cli)),
    );
  for (const name of ["create", "revoke"] as const)
    verb(name, `print the page where a key is ${name === "create" ? "made" : "ended"}`).action(
      (flags: KeysFlags, own: Command) =>
        context.run(own, async (cli) => (await run()).sayWhere(name, flags, cli)),
    );
}
