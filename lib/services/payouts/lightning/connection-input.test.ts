import { describe, expect, it } from "vitest";
import { makeMacaroon, testCertificate } from "../../../testing/lightning.ts";
import { addressOf, connectionInput } from "./connection-input.ts";

const macaroon = makeMacaroon();
const raw = Buffer.from(macaroon, "hex");
const pem = Buffer.from(testCertificate).toString("base64");
const der = testCertificate.replaceAll(/-----[^-]+-----|\s/g, "");
const lnd = { kind: "lnd", address: "node.example.com:10009", certificate: testCertificate, macaroon };
const key = "ab".repeat(32);
const secret = "5e".repeat(32);
const uri = `nostr+walletconnect://${key}?relay=wss%3A%2F%2Frelay.example%2Fv1&secret=${secret}`;
const parsed = { kind: "lnd", socket: "node.example.com:10009", cert: pem, macaroon };

/** The first message by field; empty where it is accepted. */
function faultsOf(input: object): Readonly<Record<string, string>> {
  const result = connectionInput.safeParse(input);
  return Object.fromEntries(
    (result.error?.issues ?? []).toReversed().map(({ path, message }) => [path.join("."), message]),
  );
}

describe("lnd", () => {
  it.each([
    ["as files hold it", lnd],
    ["with the certificate as base64 of the file", { ...lnd, certificate: pem }],
    ["with the certificate as base64 of what is in it", { ...lnd, certificate: der }],
    ["with the macaroon in base64", { ...lnd, macaroon: raw.toString("base64") }],
    ["with the macaroon in base64url", { ...lnd, macaroon: raw.toString("base64url") }],
    [
      "with the macaroon in capitals and lines",
      { ...lnd, macaroon: macaroon.toUpperCase().replaceAll(/(.{40})/g, "$1\n") },
    ],
    ["with a scheme and spaces", { ...lnd, address: " https://Node.Example.com:10009/ " }],
    [
      "as lndconnect",
      {
        kind: "lnd",
        address: `lndconnect://node.example.com:10009?cert=${Buffer.from(der, "base64").toString("base64url")}&macaroon=${raw.toString("base64url")}`,
      },
    ],
  ])("is read %s", (_name, input) => {
    expect(connectionInput.parse(input)).toEqual(parsed);
  });

  it("needs no certificate, and knows IPv6", () => {
    const bare = { kind: "lnd", address: "[2001:db8::1]:10009", macaroon };
    expect(connectionInput.parse(bare)).toEqual({ ...parsed, socket: "[2001:db8::1]:10009", cert: "" });
  });

  it.each([
    ["", "Write where"],
    ["node.example.com", "port too"],
    ["node.example.com:0", "port too"],
    ["node.example.com:70000", "port too"],
    [`${goodKey()}@node.example.com:9735`, "for other nodes"],
    ["abcdefghij.onion:10009", "Onion"],
    ["node example:10009", "not an address"],
    ["node.example.com:10009/v1", "not an address"],
    ["lndconnect://?macaroon=", "Write where"],
  ])("says what is wrong with the address %j", (address, words) => {
    expect(faultsOf({ ...lnd, address })["address"]).toContain(words);
  });

  it.each([
    ["", "lncli bakemacaroon invoices:read invoices:write"],
    ["~/.lnd/admin.macaroon", "neither hex nor base64"],
    ["deadbeef", "not a macaroon"],
    [macaroon.slice(0, 60), "not a macaroon"],
    [Buffer.from("a JSON web token or whatever it is, but no macaroon").toString("base64"), "not a macaroon"],
  ])("says what is wrong with the macaroon %j", (text, words) => {
    const message = faultsOf({ ...lnd, macaroon: text })["macaroon"] ?? "";
    expect(message).toContain(words);
    if (text !== "") expect(message).not.toContain(text);
  });

  it.each([
    ["~/.lnd/tls.cert", "neither PEM nor base64"],
    ["-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----", "private key"],
    [Buffer.from("-----BEGIN PRIVATE KEY-----").toString("base64"), "private key"],
    [macaroon, "not a certificate"],
    [testCertificate.slice(0, 200), "not a certificate"],
  ])("says what is wrong with the certificate %j", (certificate, words) => {
    expect(faultsOf({ ...lnd, certificate })["certificate"]).toContain(words);
  });

  it("names all of its parts at once", () => {
    expect(Object.keys(faultsOf({ kind: "lnd", address: "", certificate: "?" }))).toEqual(
      expect.arrayContaining(["address", "certificate", "macaroon"]),
    );
  });
});

describe("a wallet", () => {
  it.each([
    uri,
    uri.replace("nostr+walletconnect://", "nostr+walletconnect:"),
    uri.replace("nostr+walletconnect", "nostrwalletconnect"),
    `  ${uri}&lud16=ada%40wallet.example  `,
    uri
      .toUpperCase()
      .replace("RELAY=WSS%3A%2F%2FRELAY.EXAMPLE%2FV1&SECRET", "relay=wss://relay.example/v1&secret"),
  ])("is read from %s", (text) => {
    const connection = connectionInput.parse({ kind: "nwc", uri: text });
    expect(connection).toEqual({ kind: "nwc", uri });
    expect(addressOf(connection)).toBe("relay.example");
  });

  it("keeps all of its relays", () => {
    const two = uri.replace("&secret", "&relay=wss%3A%2F%2Ftwo.example&secret");
    expect(connectionInput.parse({ kind: "nwc", uri: two })).toEqual({ kind: "nwc", uri: two });
  });

  it.each([
    ["", "Paste the connection string"],
    ["nsec1qqqqqqqq", "private key"],
    ["abandon ".repeat(11) + "about", "secret words"],
    ["ada@wallet.example", "Lightning address"],
    [uri.replace(key, "ab"), "not a connection string"],
    [uri.replace(secret, "ab"), "secret="],
    [uri.replace(/relay=[^&]+&/, ""), "relay="],
    [uri.replace("wss", "https"), "relay="],
    [uri.replace("relay.example", "me%3Apw%40relay.example"), "relay="],
  ])("says what is wrong with %j", (text, words) => {
    const message = faultsOf({ kind: "nwc", uri: text })["uri"] ?? "";
    expect(message).toContain(words);
    expect(message).not.toContain(secret);
  });
});

describe("phoenixd", () => {
  const password = "c0ffee";
  it("is read", () => {
    const connection = connectionInput.parse({
      kind: "phoenixd",
      url: " http://10.0.0.5:9740/ ",
      password: ` ${password}\n`,
    });
    expect(connection).toEqual({ kind: "phoenixd", url: "http://10.0.0.5:9740", password });
    expect(addressOf(connection)).toBe("10.0.0.5:9740");
  });

  it.each([
    ["", "Write where"],
    ["localhost:9740", "http://"],
    ["http://", "not an address"],
    ["http://:pw@10.0.0.5:9740", "field of its own"],
    ["http://10.0.0.5:9740/createinvoice", "only the start"],
  ])("says what is wrong with the address %j", (url, words) => {
    expect(faultsOf({ kind: "phoenixd", url, password })["url"]).toContain(words);
  });

  it.each([
    ["", "http-password-limited-access"],
    ["two words", "spaces"],
  ])("says what is wrong with the password %j", (text, words) => {
    expect(faultsOf({ kind: "phoenixd", url: "http://10.0.0.5:9740", password: text })["password"]).toContain(
      words,
    );
  });
});

it("is one of three kinds, and nothing that is longer than any of them", () => {
  expect(faultsOf({ kind: "cln" })["kind"]).toBe("Choose lnd, nwc or phoenixd.");
  expect(faultsOf({ ...lnd, macaroon: "ab".repeat(5_000) })["macaroon"]).toBe("This is too long.");
});

function goodKey(): string {
  return `02${"ab".repeat(32)}`;
}
