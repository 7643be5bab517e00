/** Starts the demo upstream: `node demo/main.ts [port]`, else `DEMO_PORT`, else 4030. Loopback only. */
import { createDemoUpstream } from "./upstream.ts";

const port = Number(process.argv[2] ?? process.env["DEMO_PORT"] ?? 4030);
const server = createDemoUpstream();

server.on("error", (error) => {
  process.stderr.write(`The demo upstream cannot listen on 127.0.0.1:${port}: ${error.message}\n`);
  process.exit(1);
});
server.listen(port, "127.0.0.1", () => {
  process.stdout.write(`Demo upstream on http://127.0.0.1:${port}/v1\n`);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
