import { ApiError } from "./api-client.ts";
import { errorsFromFields, type FormErrors } from "./form-errors.ts";
import { readLndConnect } from "./lnd-connect.ts";
import type { LightningConnectionInput, LightningKindDto } from "./payout-dto.ts";

/** What is typed; that of the other kinds is kept while one is chosen. */
export interface LightningForm {
  readonly kind: LightningKindDto;
  readonly address: string;
  readonly certificate: string;
  readonly macaroon: string;
  readonly uri: string;
  readonly url: string;
  /** phoenixd's. */
  readonly limitedPassword: string;
}

export const emptyLightningForm: LightningForm = {
  kind: "lnd",
  address: "",
  certificate: "",
  macaroon: "",
  uri: "",
  url: "",
  limitedPassword: "",
};

/** Names of kinds, for people. */
export const kindNames: Readonly<Record<LightningKindDto, string>> = {
  lnd: "lnd",
  nwc: "Nostr Wallet Connect",
  phoenixd: "phoenixd",
};

/** One change; `lndconnect://…` pasted into the address fills what it says. */
export function changeLightningForm(form: LightningForm, change: Partial<LightningForm>): LightningForm {
  const parts = change.address === undefined ? undefined : readLndConnect(change.address);
  return { ...form, ...change, ...parts };
}

/** Whether there is something in each field that is needed. */
export function isTestable(form: LightningForm): boolean {
  const { kind, address, macaroon, uri, url, limitedPassword } = form;
  const needed = { lnd: [address, macaroon], nwc: [uri], phoenixd: [url, limitedPassword] }[kind];
  return needed.every((text) => text.trim() !== "");
}

export function toConnectionInput(form: LightningForm): LightningConnectionInput {
  const { kind, address, certificate, macaroon, uri, url, limitedPassword } = form;
  switch (kind) {
    case "lnd":
      return { kind, address, certificate, macaroon };
    case "nwc":
      return { kind, uri };
    case "phoenixd":
      return { kind, url, password: limitedPassword };
  }
}

/** Refusals of a request by field. */
export function lightningErrors(error: Error | null): FormErrors {
  return error instanceof ApiError ? errorsFromFields(error.fields) : {};
}

/** `"5000000000"` millisatoshi is `"5,000,000 sat"`; what is less than a satoshi is left out. */
export function formatInbound(msat: string): string {
  return `${(BigInt(msat) / 1000n).toLocaleString("en-US")} sat`;
}
