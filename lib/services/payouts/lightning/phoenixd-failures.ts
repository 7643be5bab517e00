import { type FailureWords, otherNetwork, quoteNode } from "./failure-words.ts";

export const phoenixdFailures: FailureWords = {
  unreachable: ({ address }) => ({
    title: `Nothing can be reached at ${address}.`,
    advice:
      "See that phoenixd runs: it listens on its own machine only, unless phoenix.conf has http-bind-ip=0.0.0.0. Put https in front of it. Without https, or in a private network, it has to be allowed by this instance's operator (EGRESS_ALLOW).",
  }),
  timeout: ({ address }) => ({
    title: `${address} did not answer in time.`,
    advice: "A firewall may be in between, or phoenixd is busy. See that its port is open to this server.",
  }),
  certificate: ({ address }) => ({
    title: `${address} has no valid certificate.`,
    advice: "Renew it, or use the name that it was made for.",
  }),
  unauthorized: () => ({
    title: "phoenixd does not accept this password.",
    advice:
      "Paste http-password-limited-access out of its phoenix.conf (in ~/.phoenix, unless you moved it).",
    field: "password",
  }),
  forbidden: () => ({
    title: "This password may not make and read invoices.",
    advice:
      "Paste http-password-limited-access out of its phoenix.conf (in ~/.phoenix, unless you moved it).",
    field: "password",
  }),
  "too-many-rights": () => ({
    title: "This is the password that can also spend.",
    advice:
      "Whoever gets hold of it has your money. Paste the other one, http-password-limited-access, out of phoenix.conf (in ~/.phoenix, unless you moved it).",
    field: "password",
  }),
  unavailable: () => ({
    title: "phoenixd is not ready.",
    advice:
      "It is still starting, or has no connection to its peer. Wait a minute, and look at its log if that goes on.",
  }),
  refused: (facts) => ({
    title: "phoenixd refused to make an invoice.",
    advice: `Its log says why.${quoteNode(facts)}`,
  }),
  malformed: ({ address }) => ({
    title: `What answers at ${address} is not phoenixd.`,
    advice: "Check the address: phoenixd's API is at port 9740 unless you have changed it.",
  }),
  "wrong-network": (facts) => otherNetwork("This phoenixd", facts),
  "no-inbound": () => ({
    title: "This phoenixd cannot receive anything yet.",
    advice: "Have a first payment made to it, large enough for a channel to be opened.",
  }),
};
