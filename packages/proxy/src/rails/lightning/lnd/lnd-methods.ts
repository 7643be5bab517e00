import type { MethodDefinition } from "@grpc/grpc-js";
import { authenticatedLndGrpc } from "ln-service";
import { LightningNodeError } from "../backend.ts";
import type { LndInvoice } from "./lnd-invoice.ts";

/** How a call is written and its answer is read. */
export type LndMethod<Request, Answer> = Pick<
  MethodDefinition<Request, Answer>,
  "path" | "requestSerialize" | "responseDeserialize"
>;

/** The four calls of lnd's service `lnrpc.Lightning` that selling needs; 64-bit integers are decimal text. */
export interface LndMethods {
  readonly addInvoice: LndMethod<
    {
      readonly r_preimage: Uint8Array;
      readonly value_msat: string;
      readonly memo: string;
      /** Seconds. */
      readonly expiry: string;
      readonly private: boolean;
    },
    { readonly r_hash: Uint8Array; readonly payment_request: string }
  >;
  readonly lookupInvoice: LndMethod<{ readonly r_hash: Uint8Array }, LndInvoice>;
  readonly subscribeInvoices: LndMethod<
    { readonly add_index: string; readonly settle_index: string },
    LndInvoice
  >;
  readonly channelBalance: LndMethod<object, { readonly remote_balance: { readonly msat: string } | null }>;
}

/**
 * The methods as ln-service's own copy of lnd's protocol defines them: read with this module, because it takes a third of a
 * second. It makes clients for a dozen services, which cannot be told how to connect; only their definitions are used.
 */
export const lndMethods: LndMethods = readMethods();

function readMethods(): LndMethods {
  const { lnd } = authenticatedLndGrpc({});
  const services: readonly unknown[] = Object.values(lnd);
  for (const service of services)
    if (isRecord(service) && typeof service["close"] === "function") service["close"]();
  const { default: client }: { readonly default: unknown } = lnd;
  const of = isRecord(client) ? client.constructor : undefined;
  const definition: unknown = of !== undefined && "service" in of ? of.service : undefined;
  return {
    addInvoice: findMethod(definition, "AddInvoice"),
    lookupInvoice: findMethod(definition, "LookupInvoice"),
    subscribeInvoices: findMethod(definition, "SubscribeInvoices"),
    channelBalance: findMethod(definition, "ChannelBalance"),
  };
}

function findMethod<Request, Answer>(service: unknown, name: string): LndMethod<Request, Answer> {
  const method = isRecord(service) ? service[name] : undefined;
  if (!isMethod<Request, Answer>(method))
    throw new LightningNodeError("malformed", `This release of ln-service has no ${name}`);
  return method;
}

function isMethod<Request, Answer>(value: unknown): value is LndMethod<Request, Answer> {
  return (
    isRecord(value) &&
    typeof value["path"] === "string" &&
    typeof value["requestSerialize"] === "function" &&
    typeof value["responseDeserialize"] === "function"
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
