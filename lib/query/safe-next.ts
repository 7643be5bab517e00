/** Where to go after signing in: a path of this site, or the dashboard. Never another origin. */
export function safeNext(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])/.test(next)) return "/app";
  // Browsers drop tabs and newlines from a URL, which would turn "/<tab>/evil" into "//evil".
  const isPlain = [...next].every((character) => character > " " && character !== "\\");
  return isPlain ? next : "/app";
}
