import type { Endpoint, EndpointSource } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { toStoreError } from "./database-error.ts";
import { watchEndpoints } from "./endpoint-changes.ts";
import { loadEndpoint } from "./endpoint-row.ts";
import { LruCache } from "./lru-cache.ts";
import type { SecretBox } from "./secret-box.ts";

export interface EndpointSourceOptions {
  readonly pool: Pool;
  /** For the connection that listens; it is not one of the pool's. */
  readonly databaseUrl: string;
  readonly keys: SecretBox;
  readonly capacity?: number;
  /** How long a slug that leads nowhere is remembered. */
  readonly absentMs?: number;
  readonly pollMs?: number;
  readonly retryMs?: number;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** An {@link EndpointSource} that holds a connection: close it when the process ends. */
export interface ClosableEndpointSource extends EndpointSource {
  close(): Promise<void>;
}

type Entry =
  | { readonly slug: string; readonly endpoint: Endpoint }
  | { readonly slug: string; readonly absentUntil: number };

/**
 * Endpoints by slug, from memory wherever they were asked for before. Postgres says when one changes, so that a change
 * of price holds within milliseconds; with the connection lost, within `pollMs`.
 */
export function createEndpointSource(options: EndpointSourceOptions): ClosableEndpointSource {
  const {
    pool,
    keys,
    databaseUrl,
    capacity = 10_000,
    absentMs = 2_000,
    pollMs = 5_000,
    retryMs = 500,
    now = Date.now,
  } = options;
  const cache = new LruCache<string, Entry>(capacity);
  const loading = new Map<string, Promise<Endpoint | undefined>>();

  const forget = (slug: string) => {
    cache.delete(slug);
    loading.delete(slug);
    // An endpoint that is reached by a former slug changes with its present one.
    for (const entry of cache.values())
      if ("endpoint" in entry && entry.endpoint.slug === slug) cache.delete(entry.slug);
  };
  const close = watchEndpoints({
    pool,
    databaseUrl,
    pollMs,
    retryMs,
    onSlug: forget,
    onVersion: (id, version) => {
      for (const entry of cache.values())
        if ("endpoint" in entry && entry.endpoint.id === id && entry.endpoint.version !== version)
          cache.delete(entry.slug);
    },
    onGap: () => {
      cache.clear();
      loading.clear();
    },
  });

  const load = (slug: string): Promise<Endpoint | undefined> => {
    const work = loadEndpoint(pool, keys, slug).then(
      (endpoint) => {
        // Not kept where a change was told of meanwhile: what was read may be from before it.
        if (loading.get(slug) === work) {
          loading.delete(slug);
          cache.set(
            slug,
            endpoint === undefined ? { slug, absentUntil: now() + absentMs } : { slug, endpoint },
          );
        }
        return endpoint;
      },
      (error: unknown) => {
        if (loading.get(slug) === work) loading.delete(slug);
        throw toStoreError(error);
      },
    );
    loading.set(slug, work);
    return work;
  };

  return {
    find: (slug) => {
      const entry = cache.get(slug);
      if (entry !== undefined) {
        if ("endpoint" in entry) return entry.endpoint;
        if (entry.absentUntil > now()) return undefined;
      }
      return loading.get(slug) ?? load(slug);
    },
    close,
  };
}
