/** See test-server.mjs. */
export function startTestServer(): Promise<{
  readonly url: string;
  readonly template: string;
  readonly stop: () => Promise<void>;
}>;
