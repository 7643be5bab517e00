const MAX_NAME = 200;

/**
 * Makes a `Content-Disposition` safe to pass on: `inline` or `attachment`, and a file name without a path, controls or a
 * leading dot. What cannot be read becomes `attachment`.
 */
export function sanitizeDisposition(value: string): string {
  const type = /^[ \t]*(inline|attachment)[ \t]*(?:;|$)/i.exec(value)?.[1]?.toLowerCase() ?? "attachment";
  const plain = findName(value);
  const extended = findExtendedName(value);
  let result = type;
  if (plain !== "") result += `; filename="${plain.replace(/[^\x20-\x7e]/g, "_").replace(/["\\%]/g, "_")}"`;
  if (extended !== "") result += `; filename*=UTF-8''${encodeName(extended)}`;
  return result;
}

function findName(value: string): string {
  const match = /;[ \t]*filename[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^;"\s]+))/i.exec(value);
  return baseName(match?.[1]?.replace(/\\(["\\])/g, "$1") ?? match?.[2] ?? "");
}

function findExtendedName(value: string): string {
  const encoded = /;[ \t]*filename\*[ \t]*=[ \t]*utf-8'[^']*'([^;\s]+)/i.exec(value)?.[1];
  if (encoded === undefined) return "";
  try {
    return baseName(decodeURIComponent(encoded));
  } catch {
    return "";
  }
}

/** A download must land where the payer said, under a name that hides nothing. */
function baseName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  // Controls, and the marks that turn the direction of text (`exe.txt` shown for `txt.exe`).
  return last
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .replace(/^[. ]+/, "")
    .slice(0, MAX_NAME)
    .trim()
    .toWellFormed();
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
