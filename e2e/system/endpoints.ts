import { getInstance } from "../instance.ts";

/** Endpoints over the demo upstream that the system tests use, made through the API as a creator would. */
const endpoints = [
  { slug: "test-files", path: "/files", price: "10000" },
  { slug: "test-sse", path: "/", price: "10000" },
  { slug: "test-any", path: "/", price: "10000" },
];

export default async function createTestEndpoints(): Promise<void> {
  const instance = getInstance();
  for (const { slug, path, price } of endpoints) {
    const answer = await fetch(`${instance.appUrl}/api/v1/endpoints`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${instance.apiKey}` },
      body: JSON.stringify({ url: `${instance.demoUrl}${path}`, slug, price, title: slug, match: "prefix" }),
    });
    if (answer.status !== 201 && answer.status !== 409) throw new Error(`${slug}: ${answer.status} ${await answer.text()}`);
  }
}
