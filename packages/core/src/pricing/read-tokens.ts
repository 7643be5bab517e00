import { ExpressionFault } from "./expression-node.ts";

export interface Token {
  readonly kind: "number" | "text" | "word" | "symbol" | "end";
  /** The decoded value of a text, otherwise what was written. */
  readonly text: string;
  /** Where it starts, from 1. */
  readonly at: number;
}

const pattern =
  /[ \t\r\n]*(?:(?<number>\d+(?:\.\d+)?)(?![\w.])|(?<word>[A-Za-z_]\w*)|(?<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<symbol>&&|\|\||[=!<>]=|[<>!?:()[\],.+*/-])|$)/suy;

/** Splits a text into tokens, the last of kind `end`, in linear time. @throws ExpressionFault */
export function readTokens(text: string): Token[] {
  if (!text.isWellFormed()) throw new ExpressionFault("half a character", findHalf(text));
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (true) {
    const start = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw explain(text, start);
    const { number, word, quoted, symbol } = match.groups ?? {};
    const written = number ?? word ?? quoted ?? symbol ?? "";
    const at = match.index + match[0].length - written.length + 1;
    if (number !== undefined) tokens.push({ kind: "number", text: checkNumber(number, at), at });
    else if (word !== undefined) tokens.push({ kind: "word", text: word, at });
    else if (quoted !== undefined) tokens.push({ kind: "text", text: unquote(quoted, at), at });
    else if (symbol !== undefined) tokens.push({ kind: "symbol", text: symbol, at });
    else return [...tokens, { kind: "end", text: "", at: text.length + 1 }];
  }
}

function checkNumber(number: string, at: number): string {
  const [whole = "", decimals = ""] = number.split(".");
  if (whole.length > 18 || decimals.length > 18)
    throw new ExpressionFault(
      "a number of too many digits",
      at,
      "write at most 18 on each side of the point",
    );
  return number;
}

function unquote(quoted: string, at: number): string {
  return quoted.slice(1, -1).replace(/\\(?:u([0-9A-Fa-f]{4})|(.))/gsu, (escape, hex?: string, char = "") => {
    if (hex !== undefined && !/^d[89a-f]/i.test(hex)) return String.fromCharCode(Number.parseInt(hex, 16));
    if (char === '"' || char === "'" || char === "\\") return char;
    throw new ExpressionFault(
      `unknown escape \`${escape}\``,
      at,
      "use \\\", \\', \\\\ or \\u and 4 hex digits",
    );
  });
}

/** Says what is wrong where no token starts. */
function explain(text: string, start: number): ExpressionFault {
  const at = start + (/^[ \t\r\n]*/.exec(text.slice(start))?.[0].length ?? 0);
  const rest = text.slice(at);
  const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  if (character === '"' || character === "'") return new ExpressionFault("a text without an end", at + 1);
  if (/^\d/.test(rest)) {
    const word = /^[\w.]*/.exec(rest)?.[0];
    return new ExpressionFault(`\`${word}\` is not a number`, at + 1, "write decimals such as 0.05");
  }
  if (character === "=") return new ExpressionFault("a single `=`", at + 1, "compare with ==");
  if (character === "&" || character === "|")
    return new ExpressionFault(`a single \`${character}\``, at + 1, `write ${character}${character}`);
  return new ExpressionFault(`unexpected \`${character}\``, at + 1);
}

function findHalf(text: string): number {
  let at = 1;
  for (const character of text) {
    if (!character.isWellFormed()) break;
    at += character.length;
  }
  return at;
}
