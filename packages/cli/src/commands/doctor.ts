import type { Command } from "commander";
import type { DoctorFlags } from "../doctor/run-doctor.ts";
import { collect } from "./flag-readers.ts";
import type { CliContext } from "./invocation.ts";

/** `doctor <url>`: what is wrong with somebody's 402. */
export function addDoctorCommand(program: Command, context: CliContext): void {
  program
    .command("doctor")
    .summary("find out what is wrong with a 402")
    .description(
      "Sends about fifty requests to a paid URL, none of which changes anything, and names each fault: headers and their order, offers, CORS, size, caching, credentials that are taken for nothing, spellings that go around the price. With --pay it pays once with TEST money and looks at the answer.",
    )
    .argument("<url>", "the paid URL")
    .option("-X, --method <method>", "what it is sold with; default: GET, or POST with -d")
    .option("-H, --header <line>", 'a header, "Name: value"; may be repeated', collect)
    .option("-d, --data <text>", "the body; @file reads a file, @- stdin")
    .option("--pay", "pay once, with TEST money: receipt, replay, caching, buffering")
    .option("--instance <url>", "whose TEST wallet pays Lightning invoices, where the link names none")
    .option("--verbose", "say what each fault does")
    .action((url: string, flags: DoctorFlags, command: Command) =>
      context.run(command, async (cli) => {
        const { runDoctor } = await import("../doctor/run-doctor.ts");
        return runDoctor(url, flags, cli);
      }),
    );
}
