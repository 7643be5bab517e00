import type { Style } from "../output/style.ts";
import type { Change } from "./plan.ts";

const CONTEXT = 2;

interface Line {
  readonly mark: " " | "+" | "-";
  readonly text: string;
}

/** What would change, line by line; the values of secrets are not shown. */
export function describeChange({ path, before, after, kind }: Change, style: Style): string {
  const verb =
    before === undefined ? "create" : before === after ? "keep" : kind === "edit" ? "edit" : "change";
  const head = style.bold(`${verb} ${path}`);
  if (before === after) return head;
  const lines = shorten(compare(toLines(before ?? ""), toLines(after)));
  const shown = lines.map(({ mark, text }) => {
    const line = `${mark} ${hideSecret(text)}`;
    return `  ${mark === "+" ? style.green(line) : mark === "-" ? style.red(line) : style.dim(line)}`;
  });
  return [head, ...shown].join("\n");
}

function hideSecret(text: string): string {
  return text.replace(/^(\s*[\w]*SECRET[\w]*\s*=\s*).+$/, "$1…");
}

function toLines(text: string): readonly string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** Longest common subsequence; files of `init` are small. */
function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--)
    for (let column = after.length - 1; column >= 0; column--) {
      const same = before[row] === after[column];
      const length = same ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
      lengths[row]?.fill(length, column, column + 1);
    }
  const lines: Line[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    const removed = before[row];
    const added = after[column];
    if (removed !== undefined && removed === added) {
      lines.push({ mark: " ", text: removed });
      row++;
      column++;
    } else if (removed !== undefined && (added === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ mark: "-", text: removed });
      row++;
    } else {
      lines.push({ mark: "+", text: added ?? "" });
      column++;
    }
  }
  return lines;
}

/** Only what is near a change. */
function shorten(lines: readonly Line[]): readonly Line[] {
  const isNear = (at: number): boolean =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ mark }) => mark !== " ");
  return lines.filter((_, at) => isNear(at));
}
