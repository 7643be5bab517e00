import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { LightningNodeError } from "../backend.ts";
import { isNotFound, toLndError } from "./lnd-error.ts";
import { macaroons } from "./testing/macaroons.ts";

const failureOf = (code: number, details: string) => toLndError({ code, details }, "AddInvoice").failure;

describe("toLndError", () => {
  // What lnd 0.20.1 and grpc-js 1.14 say.
  it.each([
    [
      "unreachable",
      status.UNAVAILABLE,
      "No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:9. Resolution note: ",
    ],
    ["unreachable", status.UNAVAILABLE, "Connection dropped"],
    ["unreachable", status.CANCELLED, "Call cancelled"],
    ["unreachable", status.INTERNAL, "Received RST_STREAM with code 2 (Internal server error)"],
    [
      "certificate",
      status.UNAVAILABLE,
      "No connection established. Last error: Error: self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca. Resolution note: ",
    ],
    [
      "certificate",
      status.UNAVAILABLE,
      "No connection established. Last error: Error: Hostname/IP does not match certificate's altnames: Host: a. is not in the cert's altnames: DNS:b. Resolution note: ",
    ],
    [
      "certificate",
      status.UNAVAILABLE,
      "No connection established. Last error: Error: certificate has expired. Resolution note: ",
    ],
    [
      "certificate",
      status.UNAVAILABLE,
      "No connection established. Last error: Error: C0DC:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number. Resolution note: ",
    ],
    ["timeout", status.DEADLINE_EXCEEDED, "Deadline exceeded after 1.201s,remote_addr=127.0.0.1:15875"],
    ["unauthorized", status.UNKNOWN, "verification failed: signature mismatch after caveat verification"],
    [
      "unauthorized",
      status.UNKNOWN,
      "cannot retrieve macaroon: cannot get macaroon: root key with id 7 doesn't exist",
    ],
    [
      "unauthorized",
      status.UNKNOWN,
      'caveat "time-before 2026-01-01T00:00:00Z" not satisfied: macaroon has expired',
    ],
    ["unauthorized", status.UNAUTHENTICATED, "no"],
    ["forbidden", status.UNKNOWN, "permission denied"],
    ["forbidden", status.PERMISSION_DENIED, "no"],
    ["unavailable", status.UNKNOWN, "wallet locked, unlock it to enable full RPC access"],
    [
      "unavailable",
      status.UNKNOWN,
      "the RPC server is in the process of starting up, but not yet ready to accept calls",
    ],
    ["unavailable", status.UNKNOWN, "waiting to start, RPC services not available"],
    ["refused", status.UNKNOWN, "invoice with payment hash already exists"],
    ["malformed", status.UNIMPLEMENTED, "unknown service lnrpc.Lightning"],
  ] as const)("%s: %i %s", (failure, code, details) => {
    expect(failureOf(code, details)).toBe(failure);
  });

  it("says what the node said, on one line and not for long", () => {
    const details =
      "No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:9. Resolution note: ";
    expect(toLndError({ code: status.UNAVAILABLE, details }, "AddInvoice").message).toBe(
      "lnd, AddInvoice: connect ECONNREFUSED 127.0.0.1:9.",
    );
    const odd = toLndError(
      { code: status.UNKNOWN, details: `a\nb\u001b[31m ${"long ".repeat(100)}` },
      "AddInvoice",
    );
    expect(odd.message).toMatch(/^lnd, AddInvoice: a b \[31m (long )+/);
    expect(odd.message.length).toBeLessThan(230);
  });

  it("repeats no credential that the other end sends back, be it in base64", () => {
    const secrets = [
      macaroons.selling,
      Buffer.from(macaroons.selling, "hex").toString("base64"),
      "ab".repeat(32),
    ];
    for (const secret of secrets) {
      const { message, cause } = toLndError(
        { code: status.UNKNOWN, details: `got ${secret}!` },
        "AddInvoice",
      );
      expect(message).toBe("lnd, AddInvoice: got …!");
      expect(JSON.stringify(cause)).not.toContain(secret.slice(0, 40));
    }
  });

  it("leaves what is named already, and calls all else malformed", () => {
    const own = new LightningNodeError("timeout", "late");
    expect(toLndError(own, "AddInvoice")).toBe(own);
    expect(toLndError(new TypeError("x"), "AddInvoice").failure).toBe("malformed");
  });
});

describe("isNotFound", () => {
  it("knows the status, and the words of releases that had none", () => {
    const of = (code: number, details: string) => isNotFound(toLndError({ code, details }, "LookupInvoice"));
    expect(of(status.NOT_FOUND, "anything")).toBe(true);
    expect(of(status.UNKNOWN, "unable to locate invoice")).toBe(true);
    expect(of(status.UNKNOWN, "there are no existing invoices")).toBe(true);
    expect(of(status.UNKNOWN, "permission denied")).toBe(false);
    expect(isNotFound(new LightningNodeError("refused", "unable to locate invoice"))).toBe(false);
  });
});
