import { isJsonObject, parseJson } from "@x402-paywall/core";
import type { EndpointKindDto } from "../../query/dto.ts";
import type { Look } from "../ports.ts";
import { findHeader } from "./find-header.ts";
import { toTitle } from "./suggest-title.ts";

export interface Classification {
  readonly kind: EndpointKindDto;
  /** Lower-case, without parameters. */
  readonly contentType: string | null;
  /** Operations of an OpenAPI description, where all of it could be read. */
  readonly operations: number | null;
  /** What the document calls itself. */
  readonly title: string | undefined;
}

const httpMethods = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]);
// A model server answers a bare GET with 404 or 405: its path says more.
const streamingPath = /\/(chat\/completions|completions|messages|responses|stream|events|sse)\/?$/;

/** What kind of thing a URL leads to, from its path and what it answered. Nothing is trusted: the answer is a suggestion. */
export function classify(pathname: string, look: Look): Classification {
  const contentType = findHeader(look.headers, "content-type")?.split(";")[0]?.trim().toLowerCase() || null;
  const found = { contentType, operations: null, title: undefined };
  if (
    contentType === "text/event-stream" ||
    contentType?.endsWith("ndjson") ||
    streamingPath.test(pathname)
  ) {
    return { ...found, kind: "stream" };
  }
  if (look.status >= 300 || contentType === null) return { ...found, kind: kindOfPath(pathname) };
  const text = Buffer.from(look.body).toString("utf8");
  if (/[/+]json$/.test(contentType)) return { ...found, ...classifyJson(text) };
  if (/yaml/.test(contentType) || /\.ya?ml$/.test(pathname)) {
    return { ...found, kind: /^["']?(openapi|swagger)["']?\s*:/m.test(text) ? "openapi" : "file" };
  }
  if (/html/.test(contentType)) return { ...found, kind: "page", title: readHtmlTitle(text) };
  return { ...found, kind: contentType === "text/plain" ? "page" : "file" };
}

function classifyJson(text: string): Pick<Classification, "kind" | "operations" | "title"> {
  const document = parseJson(text);
  if (!isJsonObject(document)) {
    const cutOff = /^\s*\{[^{]{0,400}"(openapi|swagger)"\s*:\s*"/.test(text);
    return { kind: cutOff ? "openapi" : "json", operations: null, title: undefined };
  }
  if (typeof (document["openapi"] ?? document["swagger"]) !== "string")
    return { kind: "json", operations: null, title: undefined };
  const { info, paths } = document;
  const title = isJsonObject(info) && typeof info["title"] === "string" ? toTitle(info["title"]) : undefined;
  const items = isJsonObject(paths) ? Object.values(paths) : [];
  const operations = items.reduce<number>(
    (sum, item) =>
      sum + (isJsonObject(item) ? Object.keys(item).filter((key) => httpMethods.has(key)).length : 0),
    0,
  );
  return { kind: "openapi", operations, title };
}

function kindOfPath(pathname: string): EndpointKindDto {
  if (
    /\.(pdf|zip|gz|tar|tgz|7z|mp3|mp4|webm|mov|wav|flac|epub|csv|parquet|bin|iso|png|jpe?g|webp|gif)$/i.test(
      pathname,
    )
  )
    return "file";
  return /\.html?$/i.test(pathname) ? "page" : "json";
}

function readHtmlTitle(html: string): string | undefined {
  const text = /<title[^>]{0,200}>([^<]{1,500})/i.exec(html)?.[1];
  const entities: Readonly<Record<string, string>> = {
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    "#39": "'",
    nbsp: " ",
  };
  return text === undefined
    ? undefined
    : toTitle(
        text.replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (whole, name: string) => entities[name] ?? whole),
      );
}
