import { type CANCEL_SYMBOL, confirm, password, select, text } from "@clack/prompts";
import { Stop, type Terminal } from "../terminal.ts";

/** Questions on stderr, so that stdout stays the result's. Each has a flag that answers it. Ctrl-C throws Stop. */
const streams = ({ stdin, stderr, signal }: Terminal) => ({ input: stdin, output: stderr, signal });

function answered<Value extends string | boolean>(value: Value | typeof CANCEL_SYMBOL): Value {
  if (typeof value === "symbol") throw new Stop("cancelled");
  return value;
}

export async function askYes(message: string, terminal: Terminal, initialValue = true): Promise<boolean> {
  return answered(await confirm({ message, initialValue, ...streams(terminal) }));
}

export interface TextQuestion {
  readonly message: string;
  readonly placeholder?: string;
  readonly initialValue?: string;
  /** A sentence where the text will not do. */
  readonly validate?: (value: string) => string | undefined;
}

export async function askText(question: TextQuestion, terminal: Terminal): Promise<string> {
  const { validate, ...rest } = question;
  const check =
    validate === undefined ? {} : { validate: (value: string | undefined) => validate(value ?? "") };
  return answered(await text({ ...rest, ...check, ...streams(terminal) }));
}

export async function askSecret(message: string, terminal: Terminal): Promise<string> {
  return answered(await password({ message, ...streams(terminal) }));
}

export async function askOneOf<Value extends string>(
  message: string,
  options: readonly { readonly value: Value; readonly label: string }[],
  terminal: Terminal,
): Promise<Value> {
  const choices: { value: string; label: string }[] = options.map(({ value, label }) => ({ value, label }));
  const chosen = answered(await select({ message, options: choices, ...streams(terminal) }));
  const found = options.find(({ value }) => value === chosen);
  if (found === undefined) throw new Stop("cancelled");
  return found.value;
}
