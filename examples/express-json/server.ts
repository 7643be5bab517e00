import { createPaywall } from "@x402-paywall/express";
import express from "express";

const { PORT = "4101", PUBLIC_URL = `http://localhost:${PORT}`, PAYWALL_SECRET } = process.env;

const paywall = createPaywall({
  secret: PAYWALL_SECRET,
  url: PUBLIC_URL,
  routes: {
    "GET /weather": "$0.01",
    "GET /forecast/:city": ({ query }) => (query.get("days") === "14" ? "$0.05" : "$0.02"),
  },
});

const app = express();
app.use(paywall);
app.get("/", (_request, response) => void response.send("Free. GET /weather costs a cent.\n"));
app.get("/weather", (_request, response) => void response.json({ sky: "clear", celsius: 21 }));
app.get("/forecast/:city", ({ params, query }, response) => {
  response.json({ city: params.city, days: Number(query["days"] ?? 7), sky: "clear" });
});
app.get("/joke", paywall.charge("$0.002"), (_request, response) => {
  response.send("402 walks into a bar. The barman says: first the money.\n");
});
app.listen(PORT, () => console.log(PUBLIC_URL));
