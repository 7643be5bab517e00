import type { Writable } from "node:stream";
import type { Terminal } from "../terminal.ts";
import { createStyle, type Style } from "./style.ts";

export interface OutputFlags {
  readonly json?: boolean | undefined;
  readonly color?: boolean | undefined;
}

/** Results go to stdout, everything else to stderr; with `--json` stdout holds JSON alone and stderr next to nothing. */
export interface Output {
  readonly isJson: boolean;
  /** For stderr. */
  readonly style: Style;
  /** For stdout. */
  readonly resultStyle: Style;
  /** A remark for a person. */
  note(text: string): void;
  /** The one result: the document as JSON, or the text. */
  result(document: unknown, text: () => string): void;
  /** One event of many: a line of JSON, or a remark on stderr. */
  event(document: unknown, text: () => string | undefined): void;
}

export function createOutput(terminal: Terminal, flags: OutputFlags): Output {
  const { stdout, stderr } = terminal;
  const isJson = flags.json === true;
  const note = (text: string): void => {
    if (!isJson) line(stderr, text);
  };
  return {
    isJson,
    style: createStyle(stderr, terminal, flags.color !== false),
    resultStyle: createStyle(stdout, terminal, flags.color !== false),
    note,
    result: (document, text) => line(stdout, isJson ? toJson(document, 2) : text()),
    event: (document, text) => {
      if (isJson) return line(stdout, toJson(document));
      const shown = text();
      if (shown !== undefined) note(shown);
    },
  };
}

function line(stream: Writable, text: string): void {
  stream.write(`${text}\n`);
}

/** Money is a bigint of µUSD: a decimal string in JSON. */
export function toJson(document: unknown, indent?: number): string {
  return JSON.stringify(
    document,
    (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value),
    indent,
  );
}
