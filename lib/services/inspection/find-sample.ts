import type { SampleDto } from "../../query/dto.ts";
import { sampleInput } from "../endpoints/sample-input.ts";
import type { Look } from "../ports.ts";
import { findHeader } from "./find-header.ts";

/** The answer as a sample: where it is whole, good, and short text of any kind but a page. */
export function findSample({ status, headers, body, truncated }: Look): SampleDto | null {
  const contentType = findHeader(headers, "content-type");
  const whole = (status === 200 || status === 206) && !truncated && !isEncoded(headers);
  if (!whole || contentType === undefined || /html/i.test(contentType) || isPart(status, headers))
    return null;
  const text = decode(body);
  return text === undefined ? null : (sampleInput.safeParse({ contentType, body: text }).data ?? null);
}

function isEncoded(headers: Look["headers"]): boolean {
  return (findHeader(headers, "content-encoding") ?? "identity").toLowerCase() !== "identity";
}

/** Of a range that we asked for, all may have arrived. */
function isPart(status: number, headers: Look["headers"]): boolean {
  if (status !== 206) return false;
  const [, last, size] =
    /^bytes 0-(\d{1,15})\/(\d{1,15})$/.exec(findHeader(headers, "content-range") ?? "") ?? [];
  return last === undefined || Number(last) + 1 !== Number(size);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
