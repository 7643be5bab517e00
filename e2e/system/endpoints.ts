import { createEndpoint } from "../create-endpoint.ts";
import { getInstance } from "../instance.ts";

/** Endpoints over the demo upstream that the system tests use. */
export default async function createTestEndpoints(): Promise<void> {
  const { demoUrl } = getInstance();
  await createEndpoint({ slug: "test-files", url: `${demoUrl}/files` });
  await createEndpoint({ slug: "test-sse", url: `${demoUrl}/` });
  await createEndpoint({ slug: "test-any", url: `${demoUrl}/` });
}
