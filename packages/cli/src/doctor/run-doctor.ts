import type { Invocation } from "../commands/invocation.ts";
import type { ExitName } from "../exit-codes.ts";
import { startProgress } from "../output/progress.ts";
import { plain, type Style } from "../output/style.ts";
import { readRequest, type RequestFlags } from "../payer/read-request.ts";
import { readUrl } from "../read-url.ts";
import { diagnose, type Finding } from "./diagnose.ts";
import { observe } from "./observe.ts";

export interface DoctorFlags extends RequestFlags {
  readonly pay?: boolean;
  readonly instance?: string;
  readonly verbose?: boolean;
}

/** @throws CliError; Stop */
export async function runDoctor(link: string, flags: DoctorFlags, cli: Invocation): Promise<ExitName> {
  const { terminal, output } = cli;
  const url = readUrl(link);
  const { method, headers, body } = await readRequest(flags, terminal);
  const progress = startProgress(`looking at ${url.href}`, terminal, output);
  const observations = await observe({
    url,
    method,
    headers: [...headers],
    body,
    pay: flags.pay === true,
    instance: flags.instance === undefined ? undefined : readUrl(flags.instance, "--instance").origin,
    signal: terminal.signal,
    onProgress: (text) => progress.update(text),
  }).finally(() => progress.end());
  const findings = diagnose(observations);
  const faults = findings.filter(({ verdict }) => verdict.outcome === "fail");
  output.result({ url: url.href, method, faults: faults.length, findings: findings.map(toDocument) }, () =>
    describe(findings, flags, output.resultStyle),
  );
  return faults.length > 0 ? "faults_found" : "ok";
}

function toDocument({ verdict, ...finding }: Finding): object {
  const { outcome } = verdict;
  const more =
    outcome === "fail" ? { found: verdict.found } : outcome === "skip" ? { because: verdict.because } : {};
  return { ...finding, outcome, ...more };
}

function describe(findings: readonly Finding[], { verbose = false }: DoctorFlags, style: Style): string {
  const lines = [...new Set(findings.map(({ topic }) => topic))].flatMap((topic) => {
    const own = findings.filter((finding) => finding.topic === topic);
    const reasons = own.map(({ verdict }) => (verdict.outcome === "skip" ? verdict.because : undefined));
    const [first] = reasons;
    // A wire that is not offered is one line, not seven.
    if (first !== undefined && reasons.every((reason) => reason === first))
      return ["", `${style.bold(topic)}  ${style.dim(`– ${first}`)}`];
    return ["", style.bold(topic), ...own.flatMap((finding) => describeFinding(finding, verbose, style))];
  });
  return [...lines, "", summarize(findings, style)].join("\n").trimStart();
}

function summarize(findings: readonly Finding[], style: Style): string {
  const count = (outcome: string): number =>
    findings.filter(({ verdict }) => verdict.outcome === outcome).length;
  const faults = count("fail");
  const found = `${faults} ${faults === 1 ? "fault" : "faults"}`;
  const summary = faults === 0 ? style.green("No fault found") : style.red(found);
  return `${summary}: ${count("pass")} passed, ${faults} failed, ${count("skip")} skipped`;
}

function describeFinding(finding: Finding, verbose: boolean, style: Style): readonly string[] {
  const { title, verdict, severity, meaning, fix, docs, id } = finding;
  if (verdict.outcome === "pass") return [`  ${style.green("✓")} ${title}`];
  if (verdict.outcome === "skip") return [style.dim(`  – ${title} (${verdict.because})`)];
  const mark = severity === "error" ? style.red("✗") : style.yellow("!");
  return [
    `  ${mark} ${style.bold(title)}  ${style.dim(id)}`,
    `      ${plain(verdict.found, 400)}`,
    ...(verbose ? [`      ${style.dim(meaning)}`] : []),
    `      ${style.cyan("→")} ${fix}`,
    `      ${style.dim(docs)}`,
  ];
}
