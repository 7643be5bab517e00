import { CliError } from "./cli-error.ts";

/** What a connection failed with, in words, and what to do. Codes are Node's and undici's. */
const KNOWN: Readonly<Record<string, readonly [problem: string, fix: string]>> = {
  ECONNREFUSED: ["nothing listens there", "Start the server, or check the port."],
  ENOTFOUND: ["the name is not known", "Check the spelling, and your network."],
  EAI_AGAIN: ["the name cannot be looked up now", "Check your network and try again."],
  ECONNRESET: ["the server closed the connection", "Look at the server's log, and try again."],
  UND_ERR_SOCKET: ["the server closed the connection", "Look at the server's log, and try again."],
  ETIMEDOUT: ["no answer came in time", "Check that the server runs and is reachable from here."],
  UND_ERR_CONNECT_TIMEOUT: [
    "no connection in time",
    "Check that the server runs and is reachable from here.",
  ],
  UND_ERR_HEADERS_TIMEOUT: ["no answer came in time", "Look at the server's log, and try again."],
  UND_ERR_HEADERS_OVERFLOW: ["its headers have more than 16 kB", "Make the headers of the server shorter."],
  HPE_HEADER_OVERFLOW: ["its headers have more than 16 kB", "Make the headers of the server shorter."],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    "its certificate is self-signed",
    "Trust it with NODE_EXTRA_CA_CERTS=<file>.",
  ],
  SELF_SIGNED_CERT_IN_CHAIN: ["its certificate is self-signed", "Trust it with NODE_EXTRA_CA_CERTS=<file>."],
  CERT_HAS_EXPIRED: ["its certificate has expired", "Renew the certificate of the server."],
  EPROTO: ["it does not speak TLS there", "Write http:// in place of https://, or the right port."],
  ERR_SSL_WRONG_VERSION_NUMBER: [
    "it does not speak TLS there",
    "Write http:// in place of https://, or the right port.",
  ],
};

/** The error of a request that got no answer. @param asked URL or origin, as a person should read it. */
export function toUnreachable(error: unknown, asked: string): CliError {
  const code = codeOf(error);
  const [problem, fix] = KNOWN[code] ?? [
    code === "" ? messageOf(error) : `${messageOf(error)} (${code})`,
    "Check the URL, and that the server is reachable from here.",
  ];
  return new CliError("unreachable", `${asked} does not answer: ${problem}.`, fix, { cause: error });
}

/** Node's code of an error, wherever in the chain of causes it stands; empty where there is none. */
export function codeOf(error: unknown): string {
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth++) {
    // Happy Eyeballs: one error for each address.
    const first: unknown = each instanceof AggregateError ? each.errors[0] : undefined;
    for (const one of [each, first])
      if (one instanceof Error && "code" in one && typeof one.code === "string") return one.code;
  }
  return "";
}

function messageOf(error: unknown): string {
  const deepest = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return deepest instanceof Error ? deepest.message : String(deepest);
}
