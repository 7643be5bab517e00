/** Header lines of a case file, whose JSON type knows arrays only. */
export function pairs(lines: readonly (readonly string[])[]): [string, string][] {
  return lines.map(([name = "", value = ""]) => [name, value]);
}
