import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { payL402, signX402 } from "../credentials.ts";
import { getInstance } from "../instance.ts";

const instance = getInstance();
const gateway = instance.gatewayUrls[0] ?? "";
const MIB = 1024 * 1024;

/** Resident memory of a process in bytes (Linux). */
function readRss(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? Number.NaN) * 1024;
}

/** Streams of the demo upstream that the other side gave up. */
async function countAborts(): Promise<number> {
  const stats = (await (await fetch(`${instance.demoUrl}/control/stats`)).json()) as { aborted: number };
  return stats.aborted;
}

async function settledAborts(): Promise<boolean> {
  const before = await countAborts();
  await new Promise((resolve) => setTimeout(resolve, 300));
  return (await countAborts()) === before;
}

describe("bodies stream and are never held", () => {
  it.runIf(process.platform === "linux")(
    "passes 1 GiB with less than 100 MiB growth of the gateway",
    { timeout: 60_000 },
    async () => {
      const pid = instance.gatewayPids[0] ?? 0;
      const url = `${gateway}/p/test-files/1024MiB.bin`;
      const credential = await signX402(url);
      const before = readRss(pid);
      const answer = await fetch(url, { headers: credential });
      expect(answer.status).toBe(200);
      let received = 0;
      let peak = before;
      for await (const chunk of answer.body ?? []) {
        received += chunk.byteLength;
        if (received % (8 * MIB) < chunk.byteLength) peak = Math.max(peak, readRss(pid));
      }
      expect(received).toBe(1024 * MIB);
      expect(peak - before).toBeLessThan(100 * MIB);
    },
  );

  it("keeps 500 event streams open at once, all of them live", { timeout: 60_000 }, async () => {
    const url = `${gateway}/p/test-sse/sse?ticks=20&ms=250`;
    const streams = await Promise.all(
      Array.from({ length: 500 }, async () => {
        const credential = await payL402(instance.appUrl, url);
        return fetch(url, { headers: credential });
      }),
    );
    expect(streams.every((answer) => answer.status === 200)).toBe(true);
    const firsts = await Promise.all(
      streams.map(async (answer) => {
        const reader = answer.body?.getReader();
        const chunk = await reader?.read();
        return { reader, live: chunk?.done === false };
      }),
    );
    expect(firsts.filter(({ live }) => live)).toHaveLength(500);
    await Promise.all(firsts.map(async ({ reader }) => reader?.cancel()));
  });

  it("closes the upstream within a second when the payer leaves", async () => {
    const url = `${gateway}/p/test-sse/sse?ticks=100&ms=100`;
    const credential = await signX402(url);
    // What an earlier test's readers gave up is counted first.
    await expect.poll(settledAborts, { timeout: 5_000 }).toBe(true);
    const before = await countAborts();
    const controller = new AbortController();
    const answer = await fetch(url, { headers: credential, signal: controller.signal });
    await answer.body?.getReader().read();
    controller.abort();
    await expect.poll(countAborts, { timeout: 1_000, interval: 50 }).toBe(before + 1);
  });
});

describe("the app's own /p route", () => {
  it("takes a 20 MiB upload whole", { timeout: 30_000 }, async () => {
    const url = `${instance.singleContentUrl}/p/test-any/upload`;
    const body = new Uint8Array(20 * MIB).fill(7);
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", body)).toString("hex");
    const credential = await signX402(url, { method: "POST" });
    const answer = await fetch(url, {
      method: "POST",
      headers: { ...credential, "content-type": "application/octet-stream" },
      body,
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ bytes: 20 * MIB, sha256: digest });
  });

  it("keeps a stream that is silent for 45 s", { timeout: 70_000 }, async () => {
    const url = `${instance.singleContentUrl}/p/test-sse/silent?seconds=45`;
    const credential = await signX402(url);
    const answer = await fetch(url, { headers: credential });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("data:");
  });
});
