import type { EndpointKindDto, PriceInput, RouteInputDto } from "../lib/query/dto.ts";
import { getInstance } from "./instance.ts";

/** Makes an endpoint through the API, as a creator would; one that is there already is kept. */
export async function createEndpoint(input: {
  slug: string;
  url: string;
  /** In short, µUSD for each request. */
  price?: PriceInput;
  routes?: readonly RouteInputDto[];
  kind?: EndpointKindDto;
  match?: "exact" | "prefix";
  bindBody?: boolean;
}): Promise<void> {
  const instance = getInstance();
  const answer = await fetch(`${instance.appUrl}/api/v1/endpoints`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${instance.apiKey}` },
    body: JSON.stringify({ price: "10000", title: input.slug, match: "prefix", ...input }),
  });
  if (answer.status !== 201 && answer.status !== 409)
    throw new Error(`${input.slug}: ${answer.status} ${await answer.text()}`);
}
