import { Client, type Pool } from "pg";
import { runQuery } from "./statement.ts";

export interface EndpointChanges {
  /** A slug's endpoint was made, changed or removed. */
  readonly onSlug: (slug: string) => void;
  /** An endpoint has this version by now; sent again and again for those that changed in the last minute. */
  readonly onVersion: (id: string, version: number) => void;
  /** Notices may have been missed: nothing that is cached is sure. */
  readonly onGap: () => void;
}

export interface WatchOptions extends EndpointChanges {
  readonly pool: Pool;
  readonly databaseUrl: string;
  readonly pollMs: number;
  readonly retryMs: number;
}

const windowMs = 60_000;

/**
 * Tells of changes of endpoints, through LISTEN on a connection of its own and, should that be silent, by looking at
 * what changed in the last minute. Returns a function that ends it.
 */
export function watchEndpoints(options: WatchOptions): () => Promise<void> {
  const { onSlug, onGap, databaseUrl, retryMs, pollMs } = options;
  let client: Client | undefined;
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;
  let lastPoll = Date.now();

  const reconnect = () => {
    client = undefined;
    if (!stopped) retry = setTimeout(() => void listen(), retryMs).unref();
  };
  const listen = async () => {
    const next = new Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: 1_500,
      keepAlive: true,
    });
    let lost = false;
    const lose = () => {
      if (lost) return;
      lost = true;
      void next.end().catch(() => {});
      reconnect();
    };
    next.on("error", lose).on("end", lose);
    next.on("notification", ({ payload }) => payload !== undefined && onSlug(payload));
    try {
      await next.connect();
      await next.query("listen endpoint_changed");
    } catch {
      lose();
      return;
    }
    client = next;
    if (stopped) lose();
    else onGap();
  };
  const poll = async () => {
    try {
      await readVersions(options);
      // A process that slept longer than the window has missed what changed meanwhile.
      if (Date.now() - lastPoll > windowMs - pollMs) onGap();
      lastPoll = Date.now();
    } catch {
      // The database is away: what is cached stays good enough to answer 402; nothing is granted without the store.
    }
  };
  const timer = setInterval(() => void poll(), pollMs).unref();
  void listen();
  return async () => {
    stopped = true;
    clearInterval(timer);
    clearTimeout(retry);
    await client?.end();
  };
}

async function readVersions({ pool, onVersion }: WatchOptions): Promise<void> {
  const rows = await runQuery<{ id: string; version: number }>(pool, {
    name: "endpoint-versions",
    text: "select id, version from endpoint where updated_at > now() - $1 * interval '1 ms'",
    values: [windowMs],
  });
  for (const { id, version } of rows) onVersion(id, version);
}
