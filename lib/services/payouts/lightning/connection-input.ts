import type { LightningConnection } from "@x402-paywall/proxy/rails/lightning";
import { z } from "zod";
import { readLndConnect } from "../../../query/lnd-connect.ts";
import { type Read, readCertificate, readMacaroon, readSocket } from "./lnd-fields.ts";
import { readPhoenixdPassword, readPhoenixdUrl, readWalletUri, relayOf } from "./wallet-fields.ts";

const text = (max: number) =>
  z
    .string("Write text here.")
    .max(max, "This is too long.")
    .transform((pasted) => pasted.trim());

const lnd = z.strictObject({
  kind: z.literal("lnd"),
  /** `host:port`, or `lndconnect://…` for all three. */
  address: text(16_384),
  certificate: text(16_384).default(""),
  macaroon: text(8_192).default(""),
});
const nwc = z.strictObject({ kind: z.literal("nwc"), uri: text(4_096) });
const phoenixd = z.strictObject({ kind: z.literal("phoenixd"), url: text(1_000), password: text(1_000) });

/** How to reach a node, as somebody pastes it; a refusal names the field. */
export const connectionInput = z
  .discriminatedUnion("kind", [lnd, nwc, phoenixd], "Choose lnd, nwc or phoenixd.")
  .transform((fields, context): LightningConnection => {
    const read = readFields(fields);
    const faults = Object.entries(read.parts).flatMap(([field, part]) =>
      "fault" in part ? [{ code: "custom" as const, path: [field], message: part.fault }] : [],
    );
    for (const issue of faults) context.addIssue(issue);
    return faults.length > 0 ? z.NEVER : read.make((field) => valueOf(read.parts[field]));
  });

interface ReadFields {
  readonly parts: Readonly<Record<string, Read>>;
  make(value: (field: string) => string): LightningConnection;
}

type Fields = z.infer<typeof lnd> | z.infer<typeof nwc> | z.infer<typeof phoenixd>;

function readFields(fields: Fields): ReadFields {
  switch (fields.kind) {
    case "lnd": {
      const { address, certificate, macaroon } = readLndConnect(fields.address) ?? fields;
      return {
        parts: {
          address: readSocket(address),
          certificate: readCertificate(certificate),
          macaroon: readMacaroon(macaroon),
        },
        make: (value) => ({
          kind: "lnd",
          socket: value("address"),
          cert: value("certificate"),
          macaroon: value("macaroon"),
        }),
      };
    }
    case "nwc":
      return {
        parts: { uri: readWalletUri(fields.uri) },
        make: (value) => ({ kind: "nwc", uri: value("uri") }),
      };
    case "phoenixd":
      return {
        parts: { url: readPhoenixdUrl(fields.url), password: readPhoenixdPassword(fields.password) },
        make: (value) => ({ kind: "phoenixd", url: value("url"), password: value("password") }),
      };
  }
}

function valueOf(part: Read | undefined): string {
  return part !== undefined && "value" in part ? part.value : "";
}

/** What may be shown of it: host and port, or the relay's host. */
export function addressOf(connection: LightningConnection): string {
  switch (connection.kind) {
    case "lnd":
      return connection.socket;
    case "nwc":
      return relayOf(connection.uri);
    case "phoenixd":
      return new URL(connection.url).host;
  }
}
