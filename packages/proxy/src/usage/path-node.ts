/** What a place in an answer means, and what lies below it. */
export interface PathSpec {
  /** A string here is text that the model wrote. */
  readonly text?: true;
  /** An object here (arguments of a tool) was written by the model: its JSON is counted as text. */
  readonly written?: true;
  /** Only formats that are understood have this. */
  readonly known?: true;
  /** The usage object; `start`: at the start of a message, before there was any output. */
  readonly usage?: "report" | "start";
  /** A number here is a count of that name. */
  readonly count?: string;
  /** The array that is empty in a chunk with nothing but usage, and what is in it otherwise. */
  readonly choices?: "list" | "item";
  readonly items?: PathSpec;
  readonly members?: Readonly<Record<string, PathSpec>>;
}

/** A `PathSpec` made ready for bytes. */
export interface PathNode {
  readonly spec: PathSpec;
  readonly items: PathNode | undefined;
  /** Members by the length of their name; `undefined` where none is of interest. */
  readonly members: readonly (readonly PathMember[] | undefined)[] | undefined;
}

interface PathMember {
  readonly name: Uint8Array;
  readonly node: PathNode;
}

/** Names that are longer are of no interest. */
export const MAX_NAME = 31;

export function compilePaths(spec: PathSpec): PathNode {
  const byLength: PathMember[][] = [];
  for (const [text, member] of Object.entries(spec.members ?? {})) {
    const name = new TextEncoder().encode(text);
    (byLength[name.length] ??= []).push({ name, node: compilePaths(member) });
  }
  return {
    spec,
    items: spec.items === undefined ? undefined : compilePaths(spec.items),
    members: spec.members === undefined ? undefined : byLength,
  };
}

/** The member whose name is the first `length` bytes. */
export function findMember(node: PathNode, name: Uint8Array, length: number): PathNode | undefined {
  const candidates = node.members?.[length];
  if (candidates === undefined) return undefined;
  for (const candidate of candidates) {
    let at = 0;
    while (at < length && candidate.name[at] === name[at]) at++;
    if (at === length) return candidate.node;
  }
  return undefined;
}
