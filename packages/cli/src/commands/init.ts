import { Option, type Command } from "commander";
import type { InitFlags } from "../init/run-init.ts";
import { frameworks, packageManagers } from "../init/project.ts";
import { readUsd } from "../read-usd.ts";
import type { CliContext } from "./invocation.ts";

/** `init`: a paywall with an example in the project at hand, or in a new one. */
export function addInitCommand(program: Command, context: CliContext): void {
  program
    .command("init")
    .summary("add a paywall to the project here, or make a new one")
    .description(
      "Finds the framework of the project, writes a paywall and an example with a price, a .env with a fresh secret, and installs what it needs. Nothing is overwritten.",
    )
    .argument("[folder]", "default: this one", ".")
    .addOption(new Option("--framework <name>", "default: what is found").choices(frameworks))
    .addOption(new Option("--price <usd>", "of the example; default: 0.01").argParser(readUsd))
    .option("--route <path>", "of the example; default: /weather")
    .option("--typescript", "default: as the project is; in an empty folder TypeScript")
    .option("--no-typescript", "JavaScript")
    .option("--edit", "put the paywall into the file that makes the app, without a question")
    .option("--no-edit", "write new files alone")
    .option("--no-install", "do not install")
    .addOption(
      new Option("--package-manager <name>", "default: as the lock file says").choices(packageManagers),
    )
    .option("--force", "overwrite files of the same name")
    .option("-y, --yes", "ask nothing")
    .option("--dry-run", "show what would be written, and write nothing")
    .action((folder: string, flags: InitFlags, own: Command) =>
      context.run(own, async (cli) => {
        const { runInit } = await import("../init/run-init.ts");
        return runInit(folder, flags, cli);
      }),
    );
}
