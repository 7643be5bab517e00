import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { readInput, reply, replyBadly } from "./answer.ts";
import { noteInvoice, refund, settle, status } from "./bookings.ts";
import type { Outcome } from "./bookings.ts";
import { openJournal } from "./journal.ts";
import type { Journal } from "./journal.ts";
import { createMisbehaviour, readPlan } from "./misbehaviour.ts";
import type { Fallible, Misbehaviour, Plan } from "./misbehaviour.ts";

export interface SandboxFacilitatorOptions {
  /** Where the journal is kept beyond this process; absent: in memory. */
  readonly journalFile?: string;
  /** Unix milliseconds. */
  readonly clock?: () => number;
  /** From 0 to below 1: which requests are answered badly. */
  readonly random?: () => number;
}

export interface SandboxFacilitator {
  /** Not listening yet. */
  readonly server: Server;
  readonly journal: Journal;
}

interface Facilitator {
  readonly journal: Journal;
  readonly clock: () => number;
  readonly misbehaviour: Misbehaviour;
  readonly requests: Record<string, number>;
}

/** A kind of request that can be answered badly. The effect is the first step, so that a bad answer can follow it. */
interface Route {
  readonly name: Fallible;
  readonly run: (facilitator: Facilitator, input: Readonly<Record<string, unknown>>, plan?: Plan) => Outcome;
}

const routes: Readonly<Record<string, Route>> = {
  "POST /settle": {
    name: "settle",
    run: (books, input, plan) => settle(books, input, plan?.mode === "pending" ? plan.forMs : 0),
  },
  "POST /refund": { name: "refund", run: refund },
  "POST /lightning/paid": { name: "lightning", run: noteInvoice },
};

/**
 * The hosted facilitator of TEST mode: a ledger beside the paywall that books each charge once, and answers badly on
 * command, so that what the paywall claims can be held against what was really charged. Loopback only, no
 * authentication. `POST /settle`, `GET /status/<key>`, `POST /refund`, `POST /lightning/paid`, `GET /journal`,
 * `GET /stats`, `POST /control` (see `readPlan`), `POST /control/reset` (leaves the journal alone).
 */
export function createSandboxFacilitator(options: SandboxFacilitatorOptions = {}): SandboxFacilitator {
  const facilitator: Facilitator = {
    journal: openJournal(options.journalFile),
    clock: options.clock ?? Date.now,
    misbehaviour: createMisbehaviour(options.random ?? Math.random),
    requests: {},
  };
  const server = createServer((request, response) => {
    serve(request, response, facilitator).catch(() => response.destroy());
  });
  // Above any keep-alive timeout of a client, so that it is never this side that closes an idle socket.
  server.keepAliveTimeout = 120_000;
  server.on("close", () => facilitator.journal.close());
  return { server, journal: facilitator.journal };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  facilitator: Facilitator,
): Promise<void> {
  const { method = "", url = "" } = request;
  if (method === "GET") return serveGet(url, response, facilitator);
  const input = await readInput(request);
  if (method === "POST" && url.startsWith("/control")) {
    reply(response, control(facilitator, url, input ?? {}));
    return;
  }
  const route = routes[`${method} ${url}`];
  if (route === undefined) return reply(response, { status: 404, body: { error: "Not found" } });
  if (input === undefined) return reply(response, { status: 400, body: { error: "Send a JSON object" } });
  answer(response, facilitator, route.name, (plan) => route.run(facilitator, input, plan));
}

function serveGet(url: string, response: ServerResponse, facilitator: Facilitator): void {
  const key = /^\/status\/([^/?]+)$/.exec(url)?.[1];
  if (key !== undefined) {
    const paymentKey = decodeURIComponent(key);
    answer(response, facilitator, "status", () => status(facilitator, paymentKey));
    return;
  }
  const { journal, requests, misbehaviour } = facilitator;
  if (url === "/journal") {
    const body = { entries: journal.entries, keys: Object.fromEntries(journal.keys) };
    return reply(response, { status: 200, body });
  }
  if (url === "/stats") {
    const { plan, counts } = misbehaviour;
    const body = {
      entries: journal.entries.length,
      keys: journal.keys.size,
      requests,
      plan,
      misbehaved: counts,
    };
    return reply(response, { status: 200, body });
  }
  reply(response, { status: 404, body: { error: "Not found" } });
}

function answer(
  response: ServerResponse,
  { misbehaviour, requests }: Facilitator,
  name: Fallible,
  run: (plan?: Plan) => Outcome,
): void {
  requests[name] = (requests[name] ?? 0) + 1;
  const plan = misbehaviour.take(name);
  if (plan === undefined) return reply(response, run());
  const outcome = plan.moves ? run(plan) : { status: 503, body: {} };
  replyBadly(response, outcome, plan, misbehaviour.counts[plan.mode] ?? 0);
}

function control(
  { misbehaviour, requests }: Facilitator,
  url: string,
  input: Readonly<Record<string, unknown>>,
): Outcome {
  if (url === "/control/reset") {
    misbehaviour.reset();
    for (const name of Object.keys(requests)) delete requests[name];
    return { status: 200, body: { plan: null } };
  }
  const plan = url === "/control" ? readPlan(input) : "Not found";
  if (typeof plan === "string") return { status: 400, body: { error: plan } };
  misbehaviour.plan = plan;
  return { status: 200, body: { plan } };
}
