import { describe, expect, it } from "vitest";
import { createAlbyClient, createX402Client, readTimed, type PayingFetch } from "../clients.ts";
import { getInstance } from "../instance.ts";

const instance = getInstance();
const content = instance.gatewayUrls[0] ?? "";
const MIB = 1024 * 1024;

const clients: Record<string, () => PayingFetch> = {
  "@x402/fetch": createX402Client,
  "Alby fetch402": () => createAlbyClient(instance.appUrl, "fetch402"),
  "Alby fetchWithL402": () => createAlbyClient(instance.appUrl, "fetchWithL402"),
};

describe.each(Object.entries(clients))("%s, unmodified", (_name, createClient) => {
  it("pays and reads the JSON link", async () => {
    const answer = await createClient()(`${content}/p/demo-json`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(answer.headers.get("paywall-receipt")).toMatch(/^rcp_/);
    expect(await answer.json()).toBeTypeOf("object");
  });

  it("pays the chat link and reads the stream while it is written", async () => {
    const answer = await createClient()(`${content}/p/demo-chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "demo", stream: true, messages: [{ role: "user", content: "Hello" }] }),
    });
    expect(answer.status).toBe(200);
    const { times, text } = await readTimed(answer);
    expect(text).toContain("data: [DONE]");
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(300);
  });

  it("pays the file link and reads all 50 MB of it, and a range", async () => {
    const whole = await createClient()(`${content}/p/demo-file`);
    expect(whole.status).toBe(200);
    expect((await whole.arrayBuffer()).byteLength).toBeGreaterThanOrEqual(50_000_000);
    const part = await createClient()(`${content}/p/demo-file`, { headers: { range: `bytes=0-${MIB - 1}` } });
    expect(part.status).toBe(206);
    expect((await part.arrayBuffer()).byteLength).toBe(MIB);
  });
});
