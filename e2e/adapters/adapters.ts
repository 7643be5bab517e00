/** The adapter suite's application behind each adapter, in Express and Fastify as an application would write it. */
import { createPaywall, usageOf } from "@x402-paywall/express";
import { paywall } from "@x402-paywall/fastify";
import { adapterRoutes, openServer } from "@x402-paywall/proxy/testing";
import express from "express";
import fastify from "fastify";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Readable } from "node:stream";
import { startNext } from "../../packages/nextjs/test/start-next.ts";
import { startWorker } from "../../packages/workers/test/start-worker.ts";

export interface RunningAdapter {
  /** Sells `/flat`, `POST /size`, `/stream?gap=` and `/units?units=`; `/runs` tells how often each was answered. */
  readonly origin: string;
  close(): Promise<void>;
}

export const adapters: Readonly<Record<string, () => Promise<RunningAdapter>>> = {
  Express: startExpress,
  Fastify: startFastify,
  "Workers, in workerd": () => startWorker("contract-worker.ts"),
  "Next, built": startNext,
};

const secret = "stock-clients-secret-0123456789ab";

async function startExpress(): Promise<RunningAdapter> {
  const { origin, use, close } = await openServer();
  const runs: Record<string, number> = {};
  const app = express();
  app.use(createPaywall({ secret, url: origin, routes: adapterRoutes }));
  app.use(({ path }, _response, next) => {
    runs[path] = (runs[path] ?? 0) + 1;
    next();
  });
  app.get("/runs", (_request, response) => void response.json({ runs }));
  app.get("/flat", ({ path }, response) => void response.json({ path }));
  app.post("/size", express.json(), (request, response) => void response.json(request.body));
  app.get("/stream", (request, response) => {
    response.type("text/event-stream");
    Readable.from(events(Number(request.query["gap"]))).pipe(response);
  });
  app.get("/units", (request, response) => {
    const units = Number(request.query["units"]);
    usageOf(request).add({ units });
    response.json({ units });
  });
  use(app);
  return { origin, close };
}

async function startFastify(): Promise<RunningAdapter> {
  const { origin, use, close } = await openServer();
  const runs: Record<string, number> = {};
  const app = fastify({ serverFactory: (handler) => (use(handler), createServer()) });
  await app.register(paywall, { secret, url: origin, routes: adapterRoutes });
  app.addHook(
    "preHandler",
    async ({ routeOptions: { url = "" } }) => void (runs[url] = (runs[url] ?? 0) + 1),
  );
  app.get("/runs", () => ({ runs }));
  app.get("/flat", ({ routeOptions: { url } }) => ({ path: url }));
  app.post("/size", ({ body }) => body);
  app.get<{ Querystring: { gap: string } }>("/stream", (request, reply) =>
    reply.type("text/event-stream").send(Readable.from(events(Number(request.query.gap)))),
  );
  app.get<{ Querystring: { units: string } }>("/units", (request) => {
    const units = Number(request.query.units);
    request.paywall.usage.add({ units });
    return { units };
  });
  await app.ready();
  return { origin, close };
}

/** Three events, each with the moment that it was made. */
async function* events(gapMs: number): AsyncGenerator<string> {
  for (let sent = 0; sent < 3; sent++) {
    if (sent > 0) await sleep(gapMs);
    yield `data: ${sent} ${Date.now()}\n\n`;
  }
}
