export type CsvValue = string | number | bigint | null;

// What a spreadsheet takes for the start of a formula, full-width forms included (OWASP ASVS 1.2.10); and the guard itself,
// so that taking one leading apostrophe away always gives the text back.
const formulaStart = /^['=+\-@\t\r\n＝＋－＠]/u;
// The semicolon separates cells in locales with a decimal comma.
const needsQuotes = /["',;\t\r\n]/;

/** One cell (RFC 4180). Numbers stay numbers; text that would start a formula is led by an apostrophe. */
export function formatCsvCell(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value !== "string") return value.toString();
  const guarded = formulaStart.test(value) ? `'${value}` : value;
  return guarded !== value || needsQuotes.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** One line, with its CRLF. */
export function formatCsvLine(values: readonly CsvValue[]): string {
  return `${values.map(formatCsvCell).join(",")}\r\n`;
}
