/**
 * One spelling for names that a case-insensitive reader (Go's encoding/json, ASP.NET) takes for the same: `Model`,
 * `MODEL` and `model`; to capitals first, because `ſ` is a small letter of `S`.
 */
export function fold(name: string): string {
  return /^[a-z0-9_]*$/.test(name) ? name : name.toUpperCase().toLowerCase();
}
