import type { Readable, Writable } from "node:stream";

/** A stream that may be a terminal. */
export type MaybeTty<Stream> = Stream & { readonly isTTY?: boolean };

/** What a command knows of the process around it; tests bring their own. */
export interface Terminal {
  readonly stdin: MaybeTty<Readable>;
  readonly stdout: MaybeTty<Writable>;
  readonly stderr: MaybeTty<Writable>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted by Ctrl-C with a {@link Stop} as its reason. */
  readonly signal: AbortSignal;
}

/** Why a command has to stop before its end. */
export class Stop extends Error {
  override readonly name = "Stop";
  readonly exit: "cancelled" | "broken_pipe";

  constructor(exit: Stop["exit"]) {
    super(exit === "cancelled" ? "Cancelled." : "The reader of the output went away.");
    this.exit = exit;
  }
}

/** Questions can be asked: somebody sits in front of both ends. */
export function isInteractive({ stdin, stderr, env }: Terminal): boolean {
  return stdin.isTTY === true && stderr.isTTY === true && (env["CI"] ?? "") === "";
}
