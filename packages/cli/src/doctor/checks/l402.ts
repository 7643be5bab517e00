import {
  type Bolt11,
  decodeBolt11,
  decodeMacaroon,
  fromBase64,
  type MacaroonV2,
  toHex,
} from "@x402-paywall/core";
import { type Check, fail, pass, skip, type Verdict } from "../check.ts";
import type { Observations } from "../observations.ts";
import { l402Of } from "./authenticate.ts";

interface L402Offer {
  /** As on the wire; `undefined` where the parameter is missing. */
  readonly macaroon: string | undefined;
  readonly bolt11: string | undefined;
  readonly decoded: MacaroonV2 | undefined;
  readonly invoice: Bolt11 | undefined;
}

function readOffer({ challenge }: Observations): L402Offer | undefined {
  const params = l402Of(challenge.auth)?.params;
  if (params === undefined) return undefined;
  const macaroon = params.get("macaroon");
  const bolt11 = params.get("invoice");
  const bytes = macaroon === undefined ? undefined : fromBase64(macaroon);
  return {
    macaroon,
    bolt11,
    decoded: bytes === undefined ? undefined : decodeMacaroon(bytes),
    invoice: bolt11 === undefined ? undefined : decodeBolt11(bolt11),
  };
}

/** Only where there is an L402 line. */
function onOffer(judge: (offer: L402Offer, observations: Observations) => Verdict): Check["run"] {
  return (observations) => {
    const offer = readOffer(observations);
    return offer === undefined ? skip("no L402") : judge(offer, observations);
  };
}

/** Of a macaroon as L402 makes it: version, payment hash, token id. */
const IDENTIFIER_BYTES = 66;

export const l402Checks: readonly Check[] = [
  {
    id: "l402-parameters",
    title: "The L402 line has macaroon= and invoice=",
    severity: "error",
    meaning:
      "The form token= without macaroon= is in the text of the specification, and is refused by the clients that are in use.",
    fix: 'Send L402 macaroon="…", invoice="…"; token= may stand beside them.',
    run: onOffer(({ macaroon, bolt11 }) => {
      const missing = [
        ...(macaroon === undefined ? ["macaroon="] : []),
        ...(bolt11 === undefined ? ["invoice="] : []),
      ];
      return missing.length === 0 ? pass : fail(`${missing.join(" and ")} is missing`);
    }),
  },
  {
    id: "l402-macaroon",
    title: "The macaroon can be decoded",
    severity: "error",
    meaning:
      "A client adds the preimage to it, or checks its payment hash, before it pays; it cannot do either.",
    fix: "Send a macaroon of version 2 in base64, with the identifier of L402: version 0, payment hash, token id.",
    run: onOffer(({ macaroon, decoded }) => {
      if (macaroon === undefined) return skip("no macaroon=");
      if (decoded === undefined) return fail("it is no binary macaroon of version 2");
      const { length } = decoded.identifier;
      return length === IDENTIFIER_BYTES
        ? pass
        : fail(`its identifier has ${length} bytes, not ${IDENTIFIER_BYTES}`);
    }),
  },
  {
    id: "l402-invoice",
    title: "The invoice can be decoded and asks for an amount",
    severity: "error",
    meaning:
      "No wallet pays an invoice with a broken checksum, and no agent one whose amount it has to guess.",
    fix: "Send the BOLT11 string as your node gives it, with an amount.",
    run: onOffer(({ bolt11, invoice }) => {
      if (bolt11 === undefined) return skip("no invoice=");
      if (invoice === undefined) return fail("it is no BOLT11 invoice (checksum, payment hash, description)");
      return invoice.amountMsat === undefined ? fail("it names no amount") : pass;
    }),
  },
  {
    id: "l402-hash",
    title: "Macaroon and invoice have the same payment hash",
    severity: "error",
    meaning: "Whoever pays this invoice gets a preimage that does not open this macaroon: the money is lost.",
    fix: "Mint the macaroon with the payment hash of the very invoice that goes with it, and cache neither alone.",
    run: onOffer(({ decoded, invoice }) => {
      if (decoded?.identifier.length !== IDENTIFIER_BYTES || invoice === undefined)
        return skip("they cannot be decoded");
      const hash = toHex(decoded.identifier.subarray(2, 34));
      return hash === invoice.paymentHash
        ? pass
        : fail(
            `the macaroon is for ${hash.slice(0, 16)}…, the invoice for ${invoice.paymentHash.slice(0, 16)}…`,
          );
    }),
  },
  {
    id: "l402-expiry",
    title: "The invoice is still open",
    severity: "error",
    meaning: "A node refuses to pay an invoice whose time is over.",
    fix: "Make an invoice for each challenge, or a new one before the old one ends.",
    run: onOffer(({ invoice }, { now }) => {
      if (invoice === undefined) return skip("it cannot be decoded");
      const left = invoice.timestamp + invoice.expirySeconds - now;
      return left > 0 ? pass : fail(`it ended ${-left} s ago`);
    }),
  },
];
