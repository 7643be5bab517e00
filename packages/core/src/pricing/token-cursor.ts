import { ExpressionFault } from "./expression-node.ts";
import type { Token } from "./read-tokens.ts";

const MAX_DEPTH = 32;

/** A place in a list of tokens, and how deep the parser has gone down from its start. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #at = 0;
  #depth = 0;

  /** @param tokens The last one is of kind `end`. */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#end = tokens.at(-1) ?? { kind: "end", text: "", at: 1 };
  }

  /** The next token, left where it is. */
  get next(): Token {
    return this.#tokens[this.#at] ?? this.#end;
  }

  /** The next token, consumed. */
  take(): Token {
    const token = this.next;
    this.#at++;
    return token;
  }

  /** Consumes the next token where it is one of these symbols or words. */
  accept(...spellings: readonly string[]): string | undefined {
    const { kind, text } = this.next;
    if ((kind !== "symbol" && kind !== "word") || !spellings.includes(text)) return undefined;
    this.#at++;
    return text;
  }

  /** @throws ExpressionFault where something else comes next. */
  expect(symbol: string, advice?: string): void {
    if (this.accept(symbol) === undefined) throw this.unexpected(`\`${symbol}\` is expected`, advice);
  }

  unexpected(problem: string, advice?: string): ExpressionFault {
    const { kind, text, at } = this.next;
    const found = kind === "end" ? "the end" : `\`${text}\``;
    return new ExpressionFault(`${problem} instead of ${found}`, at, advice);
  }

  /** Parses one level further down. @throws ExpressionFault below 32 levels. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw new ExpressionFault("nested deeper than 32 levels", this.next.at);
    const result = parse();
    this.#depth--;
    return result;
  }
}
