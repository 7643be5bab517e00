import { readUsage } from "@x402-paywall/nextjs";
import { streamText } from "ai";
import { model } from "../../model.ts";
import { withPaywall } from "../../paywall.ts";

export const POST = withPaywall(async (request, { usage }) => {
  const { prompt }: { readonly prompt: string } = await request.json();
  const result = streamText({
    model,
    prompt,
    // A payer who leaves stops the model too.
    abortSignal: request.signal,
    onEnd: (end) => usage.add(readUsage(end)),
  });
  return result.toUIMessageStreamResponse();
});
