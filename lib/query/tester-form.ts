import type { PriceCheckRequest } from "./dto.ts";
import type { FormErrors } from "./form-errors.ts";

/** Counts as typed; empty is 0. */
export interface UsageForm {
  readonly inputTokens: string;
  readonly cachedInputTokens: string;
  readonly outputTokens: string;
  readonly seconds: string;
  readonly megabytes: string;
  readonly units: string;
  readonly costUsd: string;
}

/** The request that a creator tries against the prices. */
export interface TesterForm {
  readonly method: string;
  /** Path and query as in a URL. */
  readonly target: string;
  readonly body: string;
  readonly usage: UsageForm;
}

export const emptyTester: TesterForm = {
  method: "GET",
  target: "/",
  body: "",
  usage: {
    inputTokens: "1000",
    cachedInputTokens: "",
    outputTokens: "500",
    seconds: "",
    megabytes: "",
    units: "",
    costUsd: "",
  },
};

export type ParsedTester =
  | { readonly ok: true; readonly request: PriceCheckRequest }
  | { readonly ok: false; readonly errors: FormErrors };

/** Turns what was typed into the request of a price check. */
export function parseTester(form: TesterForm): ParsedTester {
  const errors: Record<string, string> = {};
  const mark = form.target.indexOf("?");
  const path = (mark < 0 ? form.target : form.target.slice(0, mark)).trim();
  const query = mark < 0 ? "" : form.target.slice(mark + 1).trim();
  if (path !== "" && !path.startsWith("/")) errors["request.path"] = "Start the path with /";
  const usage = readUsage(form.usage, errors);
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  return {
    ok: true,
    request: {
      method: form.method,
      path: path === "" ? "/" : path,
      ...(query === "" ? {} : { query }),
      ...(form.body === "" ? {} : { body: form.body }),
      usage,
    },
  };
}

function readUsage(form: UsageForm, errors: Record<string, string>): PriceCheckRequest["usage"] & object {
  const number = (name: keyof UsageForm, pattern: RegExp): number | undefined => {
    const text = form[name].trim().replaceAll(",", "");
    if (text === "") return undefined;
    if (!pattern.test(text)) errors[`request.usage.${name}`] = "Write a number.";
    return Number(text);
  };
  const whole = /^\d{1,12}$/;
  const decimal = /^\d{1,9}(\.\d{1,3})?$/;
  const megabytes = number("megabytes", /^\d{1,9}(\.\d{1,6})?$/);
  const cost = form.costUsd.trim();
  if (cost !== "" && !/^(0|[1-9]\d{0,5})(\.\d{1,12})?$/.test(cost))
    errors["request.usage.costUsd"] = "Write dollars, such as 0.0123.";
  const counts = {
    inputTokens: number("inputTokens", whole),
    cachedInputTokens: number("cachedInputTokens", whole),
    outputTokens: number("outputTokens", whole),
    seconds: number("seconds", decimal),
    bytes: megabytes === undefined ? undefined : Math.round(megabytes * 1e6),
    units: number("units", whole),
    costUsd: cost === "" ? undefined : cost,
  };
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined));
}
