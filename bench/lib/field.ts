import { startNginx } from "../contenders/nginx.ts";
import { startScript } from "./contender.ts";
import type { Contender } from "./contender.ts";

/** Everything that runs during a bench. */
export interface Field {
  /** The upstreams themselves. */
  readonly tiny: Contender;
  readonly stream: Contender;
  readonly nginx: Contender | undefined;
  readonly undici: Contender;
  readonly express: Contender;
  readonly ours: Contender;
  stop(): Promise<void>;
}

/** Starts the upstreams, then every contender in front of them. */
export async function startField(databaseUrl: string | undefined): Promise<Field> {
  const started: Contender[] = [];
  const stop = async () => {
    await Promise.all(started.toReversed().map((contender) => contender.stop()));
  };
  const start = async (starting: Promise<Contender>) => {
    const contender = await starting;
    started.push(contender);
    return contender;
  };
  try {
    const tiny = await start(startScript("upstream", "tiny-upstream.ts"));
    const stream = await start(startScript("upstream", "stream-upstream.ts"));
    const origins = [`http://127.0.0.1:${tiny.port}`, `http://127.0.0.1:${stream.port}`];
    const nginx = await startNginx(tiny.port, stream.port);
    if (nginx !== undefined) started.push(nginx);
    const undici = await start(startScript("undici dispatch", "undici-proxy.ts", origins));
    const express = await start(startScript("@x402/express", "express-x402.ts", origins));
    const store = databaseUrl === undefined ? [] : [databaseUrl];
    const ours = await start(startScript("x402-paywall", "gateway.ts", [...origins, ...store]));
    return { tiny, stream, nginx, undici, express, ours, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
