/**
 * The chain of a test instance and two facilitators on it, as a process of its own: `node --conditions=source
 * e2e/chain/serve.ts PORT`. Whoever asks that port is told where they are.
 */
import { createServer } from "node:http";
import { startFacilitator } from "./hosted-facilitator.ts";
import { startChain } from "./start-chain.ts";

const chain = await startChain();
const facilitators = await Promise.all([startFacilitator(chain), startFacilitator(chain)]);
const description = JSON.stringify({
  rpcUrl: chain.rpcUrl,
  facilitatorUrls: facilitators.map(({ url }) => url),
});
const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "application/json" }).end(description);
}).listen(Number(process.argv[2]), "127.0.0.1");

process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
  // Anvil ends with the pipe to it.
  void Promise.all([chain.close(), ...facilitators.map((each) => each.close())]).then(() => process.exit(0));
});
