/** Spellings of a target that one server takes for the same resource and another for a different one. */
export function pathVariants(url: URL): readonly string[] {
  const { pathname, search, origin } = url;
  const segments = pathname.split("/").slice(1);
  const last = segments.at(-1) ?? "";
  const before = segments.slice(0, -1).join("/");
  const folder = before === "" ? "" : `/${before}`;
  const [letter = ""] = last;
  const variants = [
    `/${pathname}`,
    `/.${pathname}`,
    `/%2e${pathname}`,
    `/x/..${pathname}`,
    `/x/%2e%2e${pathname}`,
    `${folder}/./${last}`,
    `${folder}//${last}`,
    `${folder}/${last};x=1`,
    `${folder}/${last}%20`,
    `${folder}/${last}%00`,
    `${folder}\\${last}`,
    pathname.endsWith("/") && pathname !== "/" ? pathname.slice(0, -1) : `${pathname}/`,
    `${pathname}/.`,
    `${pathname}#x`,
    `${origin}${pathname}`,
    ...(/^[A-Za-z]/.test(letter)
      ? [`${folder}/${swapCase(last)}`, `${folder}/%${letter.charCodeAt(0).toString(16)}${last.slice(1)}`]
      : []),
  ];
  return [...new Set(variants)].filter((path) => path !== pathname).map((path) => withQuery(path, search));
}

/** Queries that change nothing for a handler that does not look at them. */
export function queryVariants({ pathname, search }: URL): readonly string[] {
  const rest = search.slice(1);
  const variants =
    rest === ""
      ? ["?", "?x402-doctor=1"]
      : ["", `?${rest}&x402-doctor=1`, `?${rest}&${rest}`, `?x402-doctor=1&${rest}`];
  return variants.map((query) => `${pathname}${query}`);
}

/** A neighbour that surely is not there. */
export function missingTarget({ pathname }: URL, random: string): string {
  return `${pathname.slice(0, pathname.lastIndexOf("/"))}/${random}`;
}

/** Headers with which a request claims to be another one. */
export const overrideHeaders: readonly (readonly [name: string, value: string])[] = [
  ["X-HTTP-Method-Override", "HEAD"],
  ["X-HTTP-Method-Override", "OPTIONS"],
  ["X-Method-Override", "OPTIONS"],
  ["X-Forwarded-For", "127.0.0.1"],
  ["X-Middleware-Subrequest", "middleware:middleware:middleware:middleware:middleware"],
];

function swapCase(text: string): string {
  const upper = text.toUpperCase();
  return upper === text ? text.toLowerCase() : upper;
}

function withQuery(path: string, search: string): string {
  const [plain = "", fragment] = path.split("#");
  return `${plain}${search}${fragment === undefined ? "" : `#${fragment}`}`;
}
