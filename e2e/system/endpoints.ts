import type { PriceInput } from "../../lib/query/dto.ts";
import { createEndpoint } from "../create-endpoint.ts";
import { getInstance } from "../instance.ts";

/** $1 and $4 for a million tokens; an answer costs at most 5 cents. */
const perToken = {
  model: "metered",
  rates: { inputToken: "1000000", outputToken: "4000000" },
  deposit: "500000",
  validSeconds: 86_400,
  minimum: "0",
  cap: "50000",
  clampOutput: true,
  onLeave: "cancel",
} as const satisfies PriceInput;

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
