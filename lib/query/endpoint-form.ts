import type { PriceJson } from "@x402-paywall/core";
import type {
  EndpointDto,
  EndpointInput,
  EndpointKindDto,
  InspectionDto,
  RouteInputDto,
  SampleDto,
} from "./dto.ts";
import type { FormErrors } from "./form-errors.ts";
import { parsePriceForm } from "./parse-price-form.ts";
import { emptyPrice, formFromPrice, type PriceForm } from "./price-form.ts";

export interface RouteRow {
  /** Only for React. */
  readonly key: string;
  /** Comma-separated, empty for each method. */
  readonly methods: string;
  readonly path: string;
  readonly price: PriceForm;
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
  readonly kind: EndpointKindDto;
  readonly price: PriceForm;
  readonly title: string;
  readonly description: string;
  readonly slug: string;
  readonly match: "exact" | "prefix";
  readonly routes: readonly RouteRow[];
  readonly headers: readonly HeaderRow[];
  readonly passAuthorization: boolean;
  readonly bindQuery: boolean;
  readonly bindBody: boolean;
  readonly settleFirst: boolean;
  /** Both empty: none. */
  readonly sample: SampleDto;
}

export type ParsedForm =
  | { readonly ok: true; readonly input: EndpointInput }
  | { readonly ok: false; readonly errors: FormErrors };

export const emptyForm: EndpointForm = {
  url: "",
  kind: "json",
  price: emptyPrice,
  title: "",
  description: "",
  slug: "",
  match: "exact",
  routes: [],
  headers: [],
  passAuthorization: false,
  bindQuery: true,
  bindBody: false,
  settleFirst: false,
  sample: { contentType: "", body: "" },
};

export function formFromInspection(found: InspectionDto): EndpointForm {
  return {
    ...emptyForm,
    url: found.url,
    kind: found.kind,
    price: formFromPrice(found.suggestedPrice),
    title: found.suggestedTitle,
    slug: found.suggestedSlug,
    match: found.kind === "openapi" ? "prefix" : "exact",
  };
}

export function formFromEndpoint(endpoint: EndpointDto): EndpointForm {
  return {
    url: endpoint.upstreamUrl,
    kind: endpoint.kind,
    price: formFromPrice(endpoint.price),
    title: endpoint.title,
    description: endpoint.description,
    slug: endpoint.slug,
    match: endpoint.match,
    routes: endpoint.routes.map((route) => ({
      key: route.id,
      methods: route.methods?.join(", ") ?? "",
      path: route.path,
      price: formFromPrice(route.price),
    })),
    headers: endpoint.upstreamHeaderNames.map((name) => ({ key: name, name, value: "", stored: true })),
    passAuthorization: endpoint.passAuthorization,
    bindQuery: endpoint.bindQuery,
    bindBody: endpoint.bindBody,
    settleFirst: endpoint.settleFirst,
    sample: endpoint.sample ?? emptyForm.sample,
  };
}

/** `"get, post"` is `["GET", "POST"]`; empty or `*` is `null`; `undefined` for what is not a list of methods. */
export function parseMethods(text: string): readonly string[] | null | undefined {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  if (words.length === 0 || (words.length === 1 && words[0] === "*")) return null;
  if (!words.every((word) => /^[a-z]{1,16}$/i.test(word))) return undefined;
  return [...new Set(words.map((word) => word.toUpperCase()))];
}

function checkBasics(form: EndpointForm, errors: Record<string, string>): void {
  if (!/^https?:\/\/[^\s/]+/i.test(form.url.trim()))
    errors["url"] = "Write the whole URL, starting with https://";
  if (form.title.trim() === "") errors["title"] = "Give it a name that payers will see.";
  if (form.slug !== "" && !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(form.slug)) {
    errors["slug"] = "Use lower-case letters, digits and hyphens, up to 63 characters.";
  }
}

function checkRules(routes: readonly RouteRow[], errors: Record<string, string>): void {
  routes.forEach((route, index) => {
    if (!route.path.startsWith("/")) errors[`routes.${index}.path`] = "Start the path with /";
    if (parseMethods(route.methods) === undefined)
      errors[`routes.${index}.methods`] = "Write methods such as GET, POST.";
  });
}

function checkHeaders(form: EndpointForm, errors: Record<string, string>): void {
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

function hasSample({ sample }: EndpointForm): boolean {
  return sample.contentType.trim() !== "" || sample.body !== "";
}

/** As the server does. */
function checkSample(form: EndpointForm, errors: Record<string, string>): void {
  if (!hasSample(form)) return;
  const { contentType, body } = form.sample;
  if (!/^[^\s/;]+\/[^\s/;]+/.test(contentType.trim()))
    errors["sample.contentType"] = "Write a content type such as application/json.";
  if (body === "") errors["sample.body"] = "Write the answer, or empty both fields.";
  else if (new TextEncoder().encode(body).length > 4_096) errors["sample.body"] = "Use at most 4 kB of text.";
  else if (/^application\/([^;]*\+)?json\s*(;|$)/i.test(contentType.trim()) && !isJson(body))
    errors["sample.body"] = "This is not JSON, which its content type says.";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export type ParsedPrices =
  | { readonly ok: true; readonly price: PriceJson; readonly routes: readonly RouteInputDto[] }
  | { readonly ok: false; readonly errors: FormErrors };

/** The default price and the rules alone: what a draft can be tested with, whatever else is still missing. */
export function parsePrices(form: Pick<EndpointForm, "price" | "routes">): ParsedPrices {
  const errors: Record<string, string> = {};
  checkRules(form.routes, errors);
  const price = parsePriceForm(form.price, "price");
  if (!price.ok) Object.assign(errors, price.errors);
  else if (price.price.model === "per-request" && price.price.amount === "0")
    errors["price.amount"] = "Give it a price; a rule can make single paths free.";
  const routes = form.routes.flatMap((route, index) => {
    const parsed = parsePriceForm(route.price, `routes.${index}.price`);
    if (!parsed.ok) Object.assign(errors, parsed.errors);
    const methods = parseMethods(route.methods) ?? null;
    return parsed.ok ? [{ methods, path: route.path.trim(), price: parsed.price }] : [];
  });
  return price.ok && Object.keys(errors).length === 0
    ? { ok: true, price: price.price, routes }
    : { ok: false, errors };
}

/** Turns what was typed into the API's input, or says what to change in each field. */
export function parseEndpointForm(form: EndpointForm): ParsedForm {
  const errors: Record<string, string> = {};
  checkBasics(form, errors);
  checkHeaders(form, errors);
  checkSample(form, errors);
  const prices = parsePrices(form);
  if (!prices.ok) return { ok: false, errors: { ...prices.errors, ...errors } };
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  return {
    ok: true,
    input: {
      url: form.url.trim(),
      kind: form.kind,
      price: prices.price,
      title: form.title.trim(),
      description: form.description.trim(),
      ...(form.slug === "" ? {} : { slug: form.slug }),
      match: form.match,
      routes: prices.routes,
      upstreamHeaders: form.headers.map((header) => ({
        name: header.name.trim(),
        value: header.stored && header.value === "" ? null : header.value,
      })),
      passAuthorization: form.passAuthorization,
      bindQuery: form.bindQuery,
      bindBody: form.bindBody,
      settleFirst: form.settleFirst,
      sample: hasSample(form) ? { ...form.sample, contentType: form.sample.contentType.trim() } : null,
    },
  };
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
