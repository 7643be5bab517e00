import { describeAdapterContract } from "@x402-paywall/proxy/testing";
import { startWorker } from "../test/start-worker.ts";

describeAdapterContract("workers, in workerd on D1", {
  hidesBreaks: true,
  start: () => startWorker("contract-worker.ts"),
});
