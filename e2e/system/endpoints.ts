import type { PriceInput } from "../../lib/query/dto.ts";
import { createEndpoint } from "../create-endpoint.ts";
import { getInstance } from "../instance.ts";
import { perToken } from "./per-token.ts";

/** Endpoints over the demo upstream that the system tests use. */
export default async function createTestEndpoints(): Promise<void> {
  const { demoUrl } = getInstance();
  await createEndpoint({ slug: "test-files", url: `${demoUrl}/files` });
  await createEndpoint({ slug: "test-sse", url: `${demoUrl}/` });
  await createEndpoint({ slug: "test-any", url: `${demoUrl}/` });
  await createEndpoint({ slug: "test-tokens", url: `${demoUrl}/`, kind: "stream", price: perToken });
  const drained: PriceInput = { ...perToken, onLeave: "drain" };
  await createEndpoint({ slug: "test-drain", url: `${demoUrl}/`, kind: "stream", price: drained });
}
