/** One challenge or credential of an authentication header (RFC 9110 section 11). */
export interface AuthElement {
  /** Lower-case. */
  readonly scheme: string;
  readonly token68?: string;
  /** Names lower-case, values unescaped; of a repeated name the first counts. */
  readonly params: ReadonlyMap<string, string>;
}

// eslint-disable-next-line no-control-regex -- RFC 9110: quoted-pair and qdtext allow tab and obs-text
const quoted = String.raw`"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\uffff]|\\[\t \x21-\x7e\x80-\uffff])*)"`;
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const separator = /[ \t,]*/y;
const param = new RegExp(`(${token})[ \\t]*=[ \\t]*(?:${quoted}|(${token}))(?=[ \\t]*(?:,|$))`, "y");
const schemeStart = new RegExp(`(${token})(?: +|(?=[ \\t]*(?:,|$)))`, "y");
const token68 = /([A-Za-z0-9._~+/-]+=*)(?=[ \t]*(?:,|$))/y;

/**
 * Reads a `WWW-Authenticate` or `Authorization` value; several challenges may be joined by commas.
 * @returns `undefined` where the value does not follow the grammar.
 */
export function parseAuthElements(value: string): readonly AuthElement[] | undefined {
  const elements: AuthElement[] = [];
  let params: Map<string, string> | undefined;
  let offset = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = offset;
    const match = pattern.exec(value);
    if (match) offset = pattern.lastIndex;
    return match;
  };
  take(separator);
  while (offset < value.length) {
    const parameter = params === undefined ? null : take(param);
    if (parameter !== null) {
      const name = (parameter[1] ?? "").toLowerCase();
      const text = parameter[2]?.replace(/\\(.)/gs, "$1") ?? parameter[3] ?? "";
      // Keeping the first denies an on-path element the ability to override a value by appending its own.
      if (!params?.has(name)) params?.set(name, text);
    } else {
      const start = take(schemeStart);
      if (start === null) return undefined;
      const credentials = start[0].endsWith(" ") ? take(token68)?.[1] : undefined;
      params = new Map();
      elements.push({
        scheme: (start[1] ?? "").toLowerCase(),
        ...(credentials === undefined ? {} : { token68: credentials }),
        params,
      });
    }
    take(separator);
  }
  return elements;
}

/**
 * `scheme a="x", b="y"`: all values quoted, `"` and `\` escaped.
 * @throws TypeError for control characters, which no header may carry.
 */
export function formatAuthElement(scheme: string, params: readonly (readonly [string, string])[]): string {
  return `${scheme} ${params.map(([name, value]) => `${name}=${quote(value)}`).join(", ")}`;
}

function quote(value: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value))
    throw new TypeError("A parameter may not contain control characters");
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}
