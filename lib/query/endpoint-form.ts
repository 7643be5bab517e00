import { formatUsd, parseUsd } from "@x402-paywall/core";
import type { FieldProblem } from "@x402-paywall/core";
import type { EndpointDto, EndpointInput, InspectionDto } from "./dto.ts";

export interface RouteRow {
  /** Only for React. */
  readonly key: string;
  /** Comma-separated, empty for each method. */
  readonly methods: string;
  readonly path: string;
  readonly price: string;
}

export interface HeaderRow {
  readonly key: string;
  readonly name: string;
  /** Empty beside `stored` keeps what the server has. */
  readonly value: string;
  readonly stored: boolean;
}

/** What the form's inputs hold: text as typed. */
export interface EndpointForm {
  readonly url: string;
  readonly price: string;
  readonly title: string;
  readonly description: string;
  readonly slug: string;
  readonly match: "exact" | "prefix";
  readonly routes: readonly RouteRow[];
  readonly headers: readonly HeaderRow[];
  readonly passAuthorization: boolean;
  readonly bindQuery: boolean;
  readonly bindBody: boolean;
}

/** Messages by field path: `price`, `routes.0.path`. */
export type FormErrors = Readonly<Record<string, string>>;

export type ParsedForm =
  | { readonly ok: true; readonly input: EndpointInput }
  | { readonly ok: false; readonly errors: FormErrors };

export const emptyForm: EndpointForm = {
  url: "",
  price: "0.01",
  title: "",
  description: "",
  slug: "",
  match: "exact",
  routes: [],
  headers: [],
  passAuthorization: false,
  bindQuery: true,
  bindBody: false,
};

export function formFromInspection(found: InspectionDto): EndpointForm {
  return {
    ...emptyForm,
    url: found.url,
    price: formatUsd(BigInt(found.suggestedPrice)),
    title: found.suggestedTitle,
    slug: found.suggestedSlug,
    match: found.kind === "openapi" ? "prefix" : "exact",
  };
}

export function formFromEndpoint(endpoint: EndpointDto): EndpointForm {
  return {
    url: endpoint.upstreamUrl,
    price: formatUsd(BigInt(endpoint.price)),
    title: endpoint.title,
    description: endpoint.description,
    slug: endpoint.slug,
    match: endpoint.match,
    routes: endpoint.routes.map((route) => ({
      key: route.id,
      methods: route.methods?.join(", ") ?? "",
      path: route.path,
      price: formatUsd(BigInt(route.price)),
    })),
    headers: endpoint.upstreamHeaderNames.map((name) => ({ key: name, name, value: "", stored: true })),
    passAuthorization: endpoint.passAuthorization,
    bindQuery: endpoint.bindQuery,
    bindBody: endpoint.bindBody,
  };
}

/** `"0.01"`, `"$0.01"` and `"1,234.50"` as decimal µUSD; `undefined` for anything else. */
export function parsePrice(text: string): string | undefined {
  const cleaned = text.trim().replace(/^\$\s*/, "");
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(cleaned) ? cleaned.replaceAll(",", "") : cleaned;
  return parseUsd(plain)?.toString();
}

/** `"get, post"` is `["GET", "POST"]`; empty or `*` is `null`; `undefined` for what is not a list of methods. */
export function parseMethods(text: string): readonly string[] | null | undefined {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  if (words.length === 0 || (words.length === 1 && words[0] === "*")) return null;
  if (!words.every((word) => /^[a-z]{1,16}$/i.test(word))) return undefined;
  return [...new Set(words.map((word) => word.toUpperCase()))];
}

const PRICE_HINT = "Write dollars, such as 0.01 (up to six decimals).";

function checkBasics(form: EndpointForm, errors: Record<string, string>): void {
  if (!/^https?:\/\/[^\s/]+/i.test(form.url.trim()))
    errors["url"] = "Write the whole URL, starting with https://";
  const price = parsePrice(form.price);
  if (price === undefined) errors["price"] = PRICE_HINT;
  if (price === "0") errors["price"] = "Give it a price; a rule can make single paths free.";
  if (form.title.trim() === "") errors["title"] = "Give it a name that payers will see.";
  if (form.slug !== "" && !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(form.slug)) {
    errors["slug"] = "Use lower-case letters, digits and hyphens, up to 63 characters.";
  }
}

function checkRows(form: EndpointForm, errors: Record<string, string>): void {
  form.routes.forEach((route, index) => {
    if (!route.path.startsWith("/")) errors[`routes.${index}.path`] = "Start the path with /";
    if (parseMethods(route.methods) === undefined)
      errors[`routes.${index}.methods`] = "Write methods such as GET, POST.";
    if (parsePrice(route.price) === undefined) errors[`routes.${index}.price`] = PRICE_HINT;
  });
  const seen = new Set<string>();
  form.headers.forEach((header, index) => {
    const name = header.name.trim().toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name))
      errors[`upstreamHeaders.${index}.name`] = "This is not a header name.";
    else if (seen.has(name)) errors[`upstreamHeaders.${index}.name`] = "This header is there already.";
    if (!header.stored && header.value === "") errors[`upstreamHeaders.${index}.value`] = "Write the value.";
    seen.add(name);
  });
}

/** Turns what was typed into the API's input, or says what to change in each field. */
export function parseEndpointForm(form: EndpointForm): ParsedForm {
  const errors: Record<string, string> = {};
  checkBasics(form, errors);
  checkRows(form, errors);
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  return {
    ok: true,
    input: {
      url: form.url.trim(),
      price: parsePrice(form.price) ?? "0",
      title: form.title.trim(),
      description: form.description.trim(),
      ...(form.slug === "" ? {} : { slug: form.slug }),
      match: form.match,
      routes: form.routes.map((route) => ({
        methods: parseMethods(route.methods) ?? null,
        path: route.path.trim(),
        price: parsePrice(route.price) ?? "0",
      })),
      upstreamHeaders: form.headers.map((header) => ({
        name: header.name.trim(),
        value: header.stored && header.value === "" ? null : header.value,
      })),
      passAuthorization: form.passAuthorization,
      bindQuery: form.bindQuery,
      bindBody: form.bindBody,
    },
  };
}

/** The server's refusals by field, for the same form; `routes[0].path` and `routes.0.path` mean the same. */
export function errorsFromFields(fields: readonly FieldProblem[]): FormErrors {
  return Object.fromEntries(fields.map((field) => [field.field.replace(/\[(\d+)\]/g, ".$1"), field.message]));
}

/** Moves a row by one place; out of range changes nothing. */
export function moveRow<T>(rows: readonly T[], index: number, by: -1 | 1): readonly T[] {
  const target = index + by;
  const row = rows[index];
  if (row === undefined || target < 0 || target >= rows.length) return rows;
  const rest = rows.filter((_, position) => position !== index);
  return [...rest.slice(0, target), row, ...rest.slice(target)];
}

/** Only what differs, so that an edit does not overwrite what somebody else changed meanwhile. */
export function changedInput(before: EndpointInput, after: EndpointInput): Partial<EndpointInput> {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old.get(name))),
  );
}
