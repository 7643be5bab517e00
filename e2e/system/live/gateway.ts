import { getInstance } from "../../instance.ts";
import { type GatewayProcess, runGateway } from "../../run-gateway.ts";

export interface GatewayOptions {
  readonly facilitators: readonly { readonly url: string }[];
  readonly rpcUrl?: string;
  /** Further settings of `lib/env.ts`. */
  readonly env?: Readonly<Record<string, string>>;
}

export type Gateway = GatewayProcess;

/** One more gateway process of the instance, on its database, with facilitators that the test commands. */
export function startGateway({ facilitators, rpcUrl, env = {} }: GatewayOptions): Promise<Gateway> {
  const instance = getInstance();
  return runGateway({
    PAYWALL_DATA: instance.dataDir,
    DATABASE_URL: instance.databaseUrl,
    APP_URL: instance.appUrl,
    EGRESS_ALLOW: `${new URL(instance.demoUrl).host},127.0.0.1:${instance.contractPort}`,
    FACILITATORS: facilitators.map((each) => each.url).join(","),
    STABLECOIN_NETWORKS: `eip155:84532=${rpcUrl ?? instance.chainRpcUrl}`,
    ...env,
  });
}
