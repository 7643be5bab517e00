import { ask } from "./ask.ts";
import type { Asked, AskOptions } from "./ask.ts";

/** Pays a 402's invoice at the application's own sandbox wallet. @returns The credential's header line. */
export async function payChallenge(origin: string, challenge: Asked): Promise<readonly [string, string]> {
  const header = String(challenge.headers["www-authenticate"]);
  const [, macaroon = ""] = /L402 macaroon="([^"]+)"/.exec(header) ?? [];
  const [, bolt11 = ""] = /invoice="([^"]+)"/.exec(header) ?? [];
  const paid = await ask(`${origin}/.paywall/sandbox/pay`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify({ bolt11 })),
  });
  const { preimage } = JSON.parse(String(await paid.body())) as { preimage: string };
  return ["Authorization", `L402 ${macaroon}:${preimage}`];
}

/** Asks, pays the 402, and gives the credential for the same request. */
export async function buyL402(
  origin: string,
  path: string,
  options: AskOptions = {},
): Promise<readonly [string, string]> {
  const { body: _, ...bare } = options;
  const challenge = await ask(`${origin}${path}`, options.body instanceof Uint8Array ? options : bare);
  await challenge.body();
  if (challenge.status !== 402) throw new Error(`${path} asks no price: ${challenge.status}`);
  return payChallenge(origin, challenge);
}
