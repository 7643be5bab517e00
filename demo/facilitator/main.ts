/**
 * Starts the sandbox facilitator: `node demo/facilitator/main.ts [port] [journal file]`, else `FACILITATOR_PORT` and
 * `FACILITATOR_JOURNAL`, else 4040 and memory. Loopback only.
 */
import { createSandboxFacilitator } from "./facilitator.ts";

const port = Number(process.argv[2] ?? process.env["FACILITATOR_PORT"] ?? 4040);
const journalFile = process.argv[3] ?? process.env["FACILITATOR_JOURNAL"];
const { server, journal } = createSandboxFacilitator(journalFile === undefined ? {} : { journalFile });

server.on("error", (error) => {
  process.stderr.write(`The sandbox facilitator cannot listen on 127.0.0.1:${port}: ${error.message}\n`);
  process.exit(1);
});
server.listen(port, "127.0.0.1", () => {
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  process.stdout.write(
    `Sandbox facilitator on http://127.0.0.1:${bound}, ${journal.entries.length} entries in its journal\n`,
  );
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
