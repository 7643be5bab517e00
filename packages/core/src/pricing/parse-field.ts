import type { Field } from "./expression-field.ts";
import { ExpressionFault } from "./expression-node.ts";
import type { TokenCursor } from "./token-cursor.ts";

const sources = ["method", "path", "query", "body"] as const;

/** Parses `method`, `path`, `query.size`, `query["x-y"]`, `body.messages[0].role`. @throws ExpressionFault */
export function parseField(cursor: TokenCursor, measured: boolean): Field {
  const { text, at } = cursor.take();
  const source = sources.find((entry) => entry === text);
  if (source === undefined)
    throw new ExpressionFault(`unknown name \`${text}\``, at, "use method, path, query.* or body.*");
  const members: (string | number)[] = [];
  while (cursor.next.kind === "symbol" && (cursor.next.text === "." || cursor.next.text === "[")) {
    if (source === "method" || source === "path")
      throw new ExpressionFault(`\`${source}\` is text, nothing stands below it`, cursor.next.at);
    members.push(parseMember(cursor));
  }
  if (source === "query" && (members.length !== 1 || typeof members[0] === "number"))
    throw new ExpressionFault("`query` needs one name", at, 'write query.size or query["x-y"]');
  if (source === "body" && members.length === 0 && !measured)
    throw new ExpressionFault("`body` needs a field", at, "write body.model");
  const spelled = source + members.map(spellMember).join("");
  return { name: measured ? `length(${spelled})` : spelled, source, members, measured };
}

function parseMember(cursor: TokenCursor): string | number {
  if (cursor.accept(".") !== undefined) {
    if (cursor.next.kind !== "word")
      throw cursor.unexpected("a name is expected after `.`", 'write ["…"] for names like x-y');
    return cursor.take().text;
  }
  cursor.expect("[");
  const { kind, text } = cursor.next;
  if (kind !== "text" && !(kind === "number" && /^(0|[1-9]\d{0,5})$/.test(text)))
    throw cursor.unexpected("a quoted name or a position is expected", 'write ["x-y"] or [0]');
  cursor.take();
  cursor.expect("]");
  return kind === "text" ? text : Number(text);
}

function spellMember(member: string | number): string {
  if (typeof member === "number") return `[${member}]`;
  return /^[A-Za-z_]\w*$/.test(member) ? `.${member}` : `[${JSON.stringify(member)}]`;
}
