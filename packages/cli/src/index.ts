/** What the commands are made of, for programs: a 402 can be looked at and a receipt checked without a shell. */
export { CliError } from "./cli-error.ts";
export { runCli } from "./cli.ts";
export type { Check, Verdict } from "./doctor/check.ts";
export { diagnose } from "./doctor/diagnose.ts";
export type { Finding } from "./doctor/diagnose.ts";
export { observe } from "./doctor/observe.ts";
export type { ObserveOptions } from "./doctor/observe.ts";
export type { Observations } from "./doctor/observations.ts";
export { exitCodes } from "./exit-codes.ts";
export type { ExitName } from "./exit-codes.ts";
export { checkReceipt } from "./receipt/check-receipt.ts";
export type { CheckedReceipt } from "./receipt/check-receipt.ts";
export { fetchJwks } from "./receipt/fetch-jwks.ts";
export type { Terminal } from "./terminal.ts";
