import type { Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { decideCharge } from "../charge-policy.ts";
import type { Grant, ResponseHead } from "../decision.ts";
import { createEgress, createEgressPolicy } from "../egress/index.ts";
import type { Egress } from "../egress/index.ts";
import { listen } from "../testing/listen.ts";
import { createOpenPaywall } from "../testing/open-paywall.ts";
import { rawServer } from "../testing/raw-socket.ts";
import { forward } from "./forward.ts";
import type { Exchange, ResponseSink } from "./index.ts";

const open: { readonly servers: Server[]; readonly egresses: Egress[] } = { servers: [], egresses: [] };
afterEach(async () => {
  await Promise.all(open.egresses.splice(0).map((egress) => egress.destroy()));
  for (const server of open.servers.splice(0)) server.close();
});

/** Everything that the sink saw, the end of the grant last. */
async function serve(answer: string, method: string, change: (grant: Grant) => Grant): Promise<string[]> {
  const server = rawServer((socket) => {
    socket.on("data", () => socket.end(Buffer.from(answer, "latin1")));
  });
  open.servers.push(server);
  const origin = await listen(server);
  const paywall = createOpenPaywall(origin);
  const egress = createEgress(createEgressPolicy({ allow: new URL(origin).host }));
  open.egresses.push(egress);
  const decision = await paywall.authorize({
    method,
    target: "/p/open/x",
    headers: [],
    host: "a",
    remoteAddress: "",
  });
  if (decision.kind !== "granted") throw new Error("not granted");
  const log: string[] = [];
  let exchange: Exchange | undefined;
  const sink: ResponseSink = {
    head: ({ status }) => void log.push(`head ${status}`),
    write: (chunk) => log.push(`write ${chunk.length}`) > 0,
    flush: () => void log.push("flush"),
    end: () => {
      log.push("end");
      exchange?.close(true);
    },
    abort: () => void log.push("abort"),
    answer: ({ status }) => void log.push(`answer ${status}`),
  };
  await new Promise<void>((onSettled) => {
    const options = { dispatcher: egress.dispatcher, onSettled: () => onSettled() };
    exchange = forward(change(decision.grant), { method, body: null }, sink, options);
  });
  return [...log, JSON.stringify(paywall.ends)];
}

const committing = (head: ResponseHead): ResponseHead => {
  decideCharge(head.status);
  return { status: head.status, headers: [] };
};
const later = (grant: Grant): Grant => ({ ...grant, commit: async (head) => committing(head) });
const now = (grant: Grant): Grant => ({
  ...grant,
  commitNow: committing,
  commit: () => Promise.reject(new Error("commitNow is there")),
});

describe("a grant that commits at once", () => {
  it.each([
    ["an answer", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "head 200,write 2,end"],
    ["no body", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "head 200,end"],
    ["HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "head 200,end"],
    ["204", "GET", "HTTP/1.1 204 No Content\r\n\r\n", "head 204,end"],
    ["a failure of the upstream", "GET", "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nhi", "answer 502"],
    ["another's 402", "GET", "HTTP/1.1 402 Pay\r\nContent-Length: 2\r\n\r\nhi", "answer 502"],
    ["a cut body", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", "head 200,write 2,abort"],
  ])("is served as one that has to wait: %s", async (_, method, answer, expected) => {
    const seen = await serve(answer, method, now);
    expect(seen.slice(0, -1).join()).toBe(expected);
    expect(seen).toEqual(await serve(answer, method, later));
  });
});
