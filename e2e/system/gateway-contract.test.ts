import { describeGatewayContract } from "@x402-paywall/proxy/testing";
import { createEndpoint } from "../create-endpoint.ts";
import { signX402 } from "../credentials.ts";
import { getInstance } from "../instance.ts";

const instance = getInstance();

/** The same black-box suite over both ways in, each request of it paid for. */
function describeWay(
  name: string,
  contentUrl: string,
  options: { streams: number; behindFramework?: boolean },
): void {
  const slug = `contract-${crypto.randomUUID().slice(0, 8)}`;
  describeGatewayContract(name, {
    upstreamPort: instance.contractPort,
    ...options,
    start: async (upstreamOrigin) => {
      await createEndpoint({ slug, url: `${upstreamOrigin}/base` });
      const baseUrl = `${contentUrl}/p/${slug}`;
      return {
        baseUrl,
        credential: async (method, path) => Object.entries(await signX402(`${baseUrl}${path}`, { method })),
        close: () => Promise.resolve(),
      };
    },
  });
}

describeWay("the gateway's process", instance.gatewayUrls[0] ?? "", { streams: 200 });
describeWay("the app's own /p route", instance.singleContentUrl, { streams: 50, behindFramework: true });
