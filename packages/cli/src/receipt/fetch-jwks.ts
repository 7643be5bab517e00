import { isJsonArray, isJsonObject, type Json, type Jwks, parseJson } from "@x402-paywall/core";
import { CliError } from "../cli-error.ts";
import { readUpTo } from "../payer/read-up-to.ts";

/** Where the keys lie: of an instance and its gateway, of an application. */
const PATHS = ["/.well-known/jwks.json", "/.paywall/jwks.json"];
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 65_536;

/**
 * The first key set that one of the origins publishes.
 * @throws CliError `unreachable` where none does.
 */
export async function fetchJwks(near: readonly URL[], signal: AbortSignal): Promise<Jwks> {
  const origins = [...new Set(near.map(({ origin }) => origin))];
  for (const origin of origins) {
    for (const path of PATHS) {
      // oxlint-disable-next-line no-await-in-loop -- the next place only where this one has none
      const jwks = await fetchOne(`${origin}${path}`, signal);
      if (jwks !== undefined) return jwks;
    }
  }
  throw new CliError(
    "unreachable",
    `No keys are published at ${origins.join(" or ")}.`,
    "Name them: --jwks <file or URL>.",
  );
}

/** @returns `undefined` where there is no key set. */
export async function fetchOne(url: string, signal: AbortSignal): Promise<Jwks | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const answer = await fetch(url, { signal: limit, headers: { accept: "application/json" } }).catch(
    () => undefined,
  );
  signal.throwIfAborted();
  return answer?.ok === true ? readJwks(parseJson(await readUpTo(answer, MAX_BYTES))) : undefined;
}

/** @returns `undefined` for what is no set of Ed25519 keys; other keys in it are left out. */
export function readJwks(json: Json | undefined): Jwks | undefined {
  if (!isJsonObject(json) || json.keys === undefined || !isJsonArray(json.keys)) return undefined;
  const keys = json.keys.flatMap((key) => {
    if (!isJsonObject(key) || key.crv !== "Ed25519") return [];
    const { kid, x } = key;
    if (typeof kid !== "string" || typeof x !== "string") return [];
    return [{ kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig", kid, x } as const];
  });
  return { keys };
}
