import type { Server } from "node:net";

/** Listens on a free loopback port and tells the parent; ends with SIGTERM. */
export function serve(server: Server, info: Readonly<Record<string, string>> = {}): void {
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    process.stdout.write(`${JSON.stringify({ port, ...info })}\n`);
  });
  process.once("SIGTERM", () => process.exit(0));
}
