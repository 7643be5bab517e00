/** The instance that `npm test` started for the system and browser tests; its description arrives in one variable. */
export interface Instance {
  readonly appUrl: string;
  /** One address for each gateway process; the first is CONTENT_URL. */
  readonly gatewayUrls: readonly string[];
  readonly gatewayPids: readonly number[];
  readonly demoUrl: string;
  readonly databaseUrl: string;
  /** Of what the instance has generated: its secret key is there. */
  readonly dataDir: string;
  /** A chain that calls itself Base Sepolia, for LIVE stablecoins: `openChain`. */
  readonly chainRpcUrl: string;
  /** Two that settle on it, in the instance's order. */
  readonly facilitatorUrls: readonly string[];
  /** Open in the address policy, and free: for an upstream that a test starts. */
  readonly contractPort: number;
  readonly apiKey: string;
  readonly login: { readonly email: string; readonly password: string };
  /** A second app, whose own `/p` route is the content origin (one-process deployment). */
  readonly singleAppUrl: string;
  readonly singleContentUrl: string;
}

export function getInstance(): Instance {
  const text = process.env.PAYWALL_TEST_INSTANCE;
  if (text === undefined) throw new Error("These tests need an instance: run them through `npm test`.");
  return JSON.parse(text) as Instance;
}
