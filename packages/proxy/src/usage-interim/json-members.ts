/** Where the members of an object stand in its text. */
export interface MemberSpan {
  readonly name: string;
  /** Of the value. */
  readonly start: number;
  readonly end: number;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** The members of the outermost object of a text that is known to be valid JSON without duplicates. */
export function listMembers(text: string): readonly MemberSpan[] {
  const members: MemberSpan[] = [];
  let depth = 0;
  let name: string | undefined;
  let lastString = "";
  let start = 0;
  for (const { 0: found, index } of text.matchAll(token)) {
    if (found === "{" || found === "[") depth++;
    const closes = found === "}" || found === "]";
    if (depth === 1 && (found === "," || closes) && name !== undefined) {
      members.push({ name, ...trimmed(text, start, index) });
      name = undefined;
    } else if (depth === 1 && found === ":" && name === undefined) {
      const parsed: unknown = JSON.parse(lastString);
      name = String(parsed);
      start = index + 1;
    } else if (depth === 1 && name === undefined && found.startsWith('"')) lastString = found;
    if (closes) depth--;
  }
  return members;
}

/** The text with one member set, and every other character as it was. */
export function setMember(text: string, name: string, value: string): string {
  const members = listMembers(text);
  const known = members.find((member) => member.name === name);
  if (known !== undefined) return text.slice(0, known.start) + value + text.slice(known.end);
  const open = text.indexOf("{") + 1;
  const comma = members.length === 0 ? "" : ",";
  return `${text.slice(0, open)}${JSON.stringify(name)}:${value}${comma}${text.slice(open)}`;
}

function trimmed(text: string, start: number, end: number): { readonly start: number; readonly end: number } {
  const value = text.slice(start, end);
  const from = start + (value.length - value.trimStart().length);
  return { start: from, end: from + value.trim().length };
}
