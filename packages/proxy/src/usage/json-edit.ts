import { findMembers } from "./json-members.ts";

interface Splice {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

/** Sets members in the text of a JSON object and keeps every other character. */
export class JsonEdit {
  readonly #text: string;
  readonly #splices: Splice[] = [];
  #isClear = true;

  /** @param text An object whose syntax has been checked. */
  constructor(text: string) {
    this.#text = text;
  }

  /** No member that matters is there twice. */
  get isClear(): boolean {
    return this.#isClear;
  }

  /** Replaces the value at a path or inserts it as the first member; objects on the way are made where they are missing or null. */
  set(path: readonly string[], value: string): void {
    this.#set(this.#text.indexOf("{"), path, value);
  }

  #set(open: number, path: readonly string[], value: string): void {
    const [name = "", ...rest] = path;
    const members = findMembers(this.#text, open);
    if (members === undefined) {
      this.#isClear = false;
      return;
    }
    const member = members.get(name);
    const nested = rest.reduceRight((inner, outer) => `{${JSON.stringify(outer)}:${inner}}`, value);
    if (member === undefined) {
      const isFirst = members.size === 0 && this.#splices.every(({ at }) => at !== open + 1);
      const comma = isFirst ? "" : ",";
      this.#splices.unshift({
        at: open + 1,
        end: open + 1,
        text: `${JSON.stringify(name)}:${nested}${comma}`,
      });
    } else if (rest.length > 0 && this.#text[member.start] === "{") {
      this.#set(member.start, rest, value);
    } else {
      this.#splices.push({ at: member.start, end: member.end, text: nested });
    }
  }

  /** The new text; `undefined` where nothing was set, or where a member on the way is there twice. */
  finish(): string | undefined {
    if (!this.#isClear || this.#splices.length === 0) return undefined;
    let text = "";
    let from = 0;
    for (const splice of this.#splices.toSorted((a, b) => a.at - b.at)) {
      text += this.#text.slice(from, splice.at) + splice.text;
      from = splice.end;
    }
    return text + this.#text.slice(from);
  }
}
