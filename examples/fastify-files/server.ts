import { join } from "node:path";
import { pass, paywall } from "@x402-paywall/fastify";
import { renderPaymentPage } from "@x402-paywall/widget";
import Fastify from "fastify";
import send from "send";

const { PORT = "4102", PUBLIC_URL = `http://localhost:${PORT}`, PAYWALL_SECRET } = process.env;

const app = Fastify();
await app.register(paywall, {
  secret: PAYWALL_SECRET,
  url: PUBLIC_URL,
  page: renderPaymentPage,
  title: "A tone of 440 Hz",
  // One payment, and the files for a day: as often, and in as many pieces, as a player asks for.
  routes: { "GET /files/*": pass("$0.05", { hours: 24 }) },
});

app.get("/", () => "Free. GET /files/tone.wav costs five cents, for a day.\n");
app.get<{ Params: { "*": string } }>("/files/*", (request, reply) => {
  reply.hijack();
  send(request.raw, request.params["*"], { root: join(import.meta.dirname, "files") }).pipe(reply.raw);
});
app.get("/summary", { config: { price: "$0.01" } }, () => "A tone of 440 Hz, for two seconds.\n");

await app.listen({ port: Number(PORT) });
console.log(PUBLIC_URL);
