import type { EndpointKindDto } from "./dto.ts";

interface KindChoice {
  readonly kind: EndpointKindDto;
  readonly label: string;
  /** What follows from it for a person who pays in a browser. */
  readonly says: string;
}

export const kindChoices: readonly KindChoice[] = [
  { kind: "json", label: "A JSON API", says: "Shown as it comes." },
  { kind: "stream", label: "A stream", says: "Browsers see it arrive, with its cost and Stop." },
  { kind: "file", label: "A file", says: "Browsers download it." },
  { kind: "page", label: "A web page", says: "Opens in the browser." },
  { kind: "openapi", label: "An API description", says: "Shown as it comes." },
];

export function findKind(kind: string): KindChoice | undefined {
  return kindChoices.find((entry) => entry.kind === kind);
}
