import type { ResponseHead } from "../decision.ts";

/** A whole answer of the gateway itself. */
export interface Answer {
  readonly head: ResponseHead;
  readonly body: Uint8Array;
}

/** What the gateway serves beside links, by exact path: `/.well-known/jwks.json` and the like. */
export type OwnResources = ReadonlyMap<string, () => Answer | Promise<Answer>>;

export interface HealthOptions {
  /** Whether this process can serve now; asked for each `/readyz`. */
  readonly isReady?: () => boolean | Promise<boolean>;
  readonly isClosing: () => boolean;
}

/** A JSON answer, never cached unless said. */
export function jsonAnswer(status: number, value: unknown, cacheControl = "no-store"): Answer {
  const body = Buffer.from(JSON.stringify(value));
  return {
    head: {
      status,
      headers: [
        ["Content-Type", "application/json"],
        ["Content-Length", String(body.length)],
        ["Cache-Control", cacheControl],
        ["Access-Control-Allow-Origin", "*"],
      ],
    },
    body,
  };
}

/** `/healthz`: the process lives. `/readyz`: it can serve; 503 from the moment that it is told to stop. */
export function healthResources(options: HealthOptions): OwnResources {
  return new Map<string, () => Answer | Promise<Answer>>([
    ["/healthz", () => jsonAnswer(200, { status: "ok" })],
    [
      "/readyz",
      async () => {
        const ready = !options.isClosing() && (await isReady(options));
        return jsonAnswer(ready ? 200 : 503, { status: ready ? "ready" : "not ready" });
      },
    ],
  ]);
}

async function isReady({ isReady: ask }: HealthOptions): Promise<boolean> {
  try {
    return ask === undefined || (await ask());
  } catch {
    return false;
  }
}
