import { describeAdapterContract } from "@x402-paywall/proxy/testing";
import { startNext } from "../test/start-next.ts";

describeAdapterContract("nextjs, in a production build of Next", { start: startNext, reframes: true });
