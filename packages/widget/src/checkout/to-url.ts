/** An address relative to another one; `undefined` where it is none. `URL.canParse` is younger than browsers in use. */
export function toUrl(text: string, base: string | URL): URL | undefined {
  try {
    return text === "" ? undefined : new URL(text, base);
  } catch {
    return undefined;
  }
}
