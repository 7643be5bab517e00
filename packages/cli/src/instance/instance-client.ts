import { isJsonArray, isJsonObject, type Json, type JsonObject, parseJson } from "@x402-paywall/core";
import { CliError } from "../cli-error.ts";
import type { SignedInstance } from "../config/resolve-instance.ts";
import type { ExitName } from "../exit-codes.ts";
import { textOf } from "../text-of.ts";
import { toUnreachable } from "../network-error.ts";

const TIMEOUT_MS = 30_000;

/** The REST API of an instance (docs/api.md). */
export interface InstanceClient {
  /** @throws CliError; Stop */
  call(method: "GET" | "POST", path: string, body?: object): Promise<JsonObject>;
}

export function createInstanceClient({ origin, key }: SignedInstance, signal: AbortSignal): InstanceClient {
  return {
    async call(method, path, body) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const headers = {
        accept: "application/json",
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      };
      // A redirect would carry the key elsewhere.
      const answer = await fetch(`${origin}/api/v1${path}`, {
        method,
        headers,
        redirect: "error",
        signal: limit,
        ...sent,
      }).catch((error: unknown) => {
        signal.throwIfAborted();
        throw toUnreachable(error, origin);
      });
      const json = parseJson(await answer.text());
      if (answer.ok && isJsonObject(json)) return json;
      throw toApiError(answer.status, json, origin);
    },
  };
}

function toApiError(status: number, json: Json | undefined, origin: string): CliError {
  const problem = isJsonObject(json) ? json : {};
  const said = [problem.detail, problem.title].find((text) => typeof text === "string") ?? `status ${status}`;
  const fields = readFields(problem.errors);
  const sentence = `${origin} refused: ${[said, ...fields].join(" ")}`;
  const [exit, fix] = advise(status, origin);
  return new CliError(exit, sentence, fix);
}

function readFields(errors: Json | undefined): readonly string[] {
  if (errors === undefined || !isJsonArray(errors)) return [];
  return errors.flatMap((error) =>
    isJsonObject(error) ? [`${textOf(error.field)}: ${textOf(error.message)}`] : [],
  );
}

function advise(status: number, origin: string): readonly [ExitName, string] {
  if (status === 401)
    return [
      "not_signed_in",
      `The key does not work: make another at ${origin}/app/developers, then: x402-paywall keys use`,
    ];
  if (status === 403)
    return ["not_signed_in", `Use a key with the scope that this needs: ${origin}/app/developers`];
  if (status === 404)
    return ["usage", "Check --instance: is that the app's address, and not that of the links?"];
  if (status === 409) return ["usage", "Choose another slug with --slug."];
  if (status === 422 || status === 400) return ["usage", "Correct what it names."];
  if (status === 429) return ["answered_with_error", "Wait a minute and try again."];
  return ["answered_with_error", "Look at the instance's log, and try again."];
}
