import { createUsageReport } from "@x402-paywall/nextjs";
import { answerAdapterApp } from "../../../../../proxy/src/testing/adapter-app.ts";

export const dynamic = "force-dynamic";

export const GET = (request: Request): Promise<Response> => answerAdapterApp(request, createUsageReport());
