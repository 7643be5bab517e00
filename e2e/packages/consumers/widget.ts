import * as widget from "@x402-paywall/widget";
import { freePort } from "./free-port.ts";
import { createPaywall } from "@x402-paywall/express";
import express from "express";

const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const app = express();
const page = widget.renderPaymentPage;
app.use(createPaywall({ secret: "x".repeat(32), url, routes: { "GET /weather": "$0.01" }, page }));
const server = app.listen(port, "127.0.0.1");
const answer = await fetch(`${url}/weather`, { headers: { Accept: "text/html" } });
const html = await answer.text();
console.log(
  JSON.stringify({
    status: answer.status,
    type: answer.headers.get("content-type"),
    isPage: html.startsWith("<!doctype html>"),
    hasInvoice: html.includes("lnbcrt"),
  }),
);
server.close();
