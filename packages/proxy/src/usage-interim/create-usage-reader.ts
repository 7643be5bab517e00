import { BodyReader } from "./body-reader.ts";
import { StreamReader } from "./stream-reader.ts";
import type { UsageReader, UsageReaderOptions } from "./usage-reader.ts";

/** The reader for an answer by its content type; the format of the usage itself is known by its shape. */
export function createUsageReader(options: UsageReaderOptions): UsageReader {
  const isStream = /^\s*text\/event-stream\b/i.test(options.contentType);
  return isStream ? new StreamReader(options) : new BodyReader(options);
}
