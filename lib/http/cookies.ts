/** Every value that the request carries for the name, in order: two of one name mean that somebody tossed one in. */
export function readCookies(headers: Headers, name: string): readonly string[] {
  return (headers.get("cookie") ?? "").split(";").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
}

/** Under https a cookie of ours belongs to this host alone: no sibling domain can set or shadow it. */
export function cookieName(base: string, appUrl: string): string {
  return appUrl.startsWith("https:") ? `__Host-${base}` : base;
}

/** `Set-Cookie` for a cookie that scripts cannot read. @param maxAgeSeconds 0 removes it */
export function formatCookie(name: string, value: string, maxAgeSeconds: number, appUrl: string): string {
  const secure = appUrl.startsWith("https:") ? "; Secure" : "";
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`;
}
