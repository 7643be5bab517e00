import type { EndpointKindDto, InspectionDto } from "./dto.ts";
import { formatBytes } from "./format.ts";

const kinds: Readonly<Record<EndpointKindDto, string>> = {
  json: "a JSON API",
  stream: "a stream",
  file: "a file",
  page: "a web page",
  openapi: "an OpenAPI description",
};

/** What was found, in one sentence for a person; the server's own notes follow it. */
export function describeInspection(found: InspectionDto): string {
  if (!found.reachable)
    return "It did not answer just now. You can make the link anyway; payers are not charged while it is away.";
  const facts = [
    found.contentType?.split(";")[0],
    found.bytes === null ? undefined : formatBytes(found.bytes),
    found.operations === null ? undefined : `${found.operations} operations`,
  ].filter((fact) => fact !== undefined);
  const status = found.status === null ? "It answers" : `It answers ${found.status}`;
  return `${status} and looks like ${kinds[found.kind]}${facts.length > 0 ? ` (${facts.join(", ")})` : ""}.`;
}
