const MAX_UNITS = 128;

/** phoenixd takes 128 UTF-16 units of a description: what is cut is the title, never the note in brackets behind it. */
export function shortDescription(description: string): string {
  if (description.length <= MAX_UNITS) return description;
  const bracket = description.lastIndexOf(" [");
  const note = bracket < 0 ? "" : description.slice(bracket).slice(-MAX_UNITS);
  return `${description.slice(0, MAX_UNITS - note.length).replace(/[\ud800-\udbff]$/, "")}${note}`;
}
