import { styleText } from "node:util";
import type { MaybeTty, Terminal } from "../terminal.ts";
import type { Writable } from "node:stream";

/** Colours for one stream; plain text where it is no terminal or does not want them. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** @param wanted `false` for `--no-color`. */
export function createStyle(stream: MaybeTty<Writable>, { env }: Terminal, wanted: boolean): Style {
  const on = wanted && stream.isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  const paint = (format: keyof Style) => (text: string) =>
    on ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: paint("bold"),
    dim: paint("dim"),
    red: paint("red"),
    green: paint("green"),
    yellow: paint("yellow"),
    cyan: paint("cyan"),
  };
}

/** Text of others for a terminal: no control characters, on one line, of bounded length. */
export function plain(text: string, most = 200): string {
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, " ");
  return clean.length <= most ? clean : `${clean.slice(0, most - 1)}…`;
}
