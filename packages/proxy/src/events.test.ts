import { expect, it } from "vitest";
import { createEventRecorder } from "./events.ts";
import type { RequestEvent } from "./store.ts";

const event: RequestEvent = {
  at: 0,
  workspaceId: "ws",
  endpointId: "ep",
  method: "GET",
  path: "/",
  status: 402,
  kind: "challenge",
  client: "agent",
  wire: null,
  receiptId: null,
  bytesOut: 0,
  durationMs: 1,
};

function record(fail = false) {
  const written: RequestEvent[] = [];
  const lost: number[] = [];
  const recorder = createEventRecorder({
    store: {
      recordEvents: async (events) => {
        if (fail) throw new Error("away");
        written.push(...events);
      },
    },
    onError: (_, count) => lost.push(count),
  });
  return { recorder, written, lost };
}

it("writes what comes after a flush that had nothing to write", async () => {
  const { recorder, written } = record();
  await recorder.flush();
  recorder.record(event);
  await recorder.flush();
  expect(written).toEqual([event]);
});

it("writes what comes while it writes", async () => {
  const { recorder, written } = record();
  recorder.record(event);
  const flushed = recorder.flush();
  recorder.record({ ...event, path: "/later" });
  await flushed;
  expect(written.map(({ path }) => path)).toEqual(["/", "/later"]);
});

it("says how many were lost, and goes on", async () => {
  const { recorder, lost } = record(true);
  recorder.record(event);
  await recorder.flush();
  recorder.record(event);
  await recorder.flush();
  expect(lost).toEqual([1, 1]);
});
