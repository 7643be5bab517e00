/** `api.example.com/x` becomes `https://api.example.com/x`; `undefined` for what is not a web address. */
export function completeUrl(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === "" || /\s/.test(trimmed)) return undefined;
  const isHttp = /^https?:\/\//i.test(trimmed);
  // `localhost:3000` looks like a scheme: only `//` makes one.
  if (!isHttp && /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) return undefined;
  const candidate = isHttp ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(candidate)) return undefined;
  const { hostname } = new URL(candidate);
  return isHttp || hostname.includes(".") || hostname === "localhost" ? candidate : undefined;
}
