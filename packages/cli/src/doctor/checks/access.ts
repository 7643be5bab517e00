import { type Check, failEach, pass, fail, skip, type Verdict } from "../check.ts";
import { isAnswer, type Observations, type Probe, type Unanswered } from "../observations.ts";
import type { RawAnswer } from "../raw-request.ts";

/** Content came, and not what everything gets that is not there (a page for all paths, say). */
function isGivenAway(answer: RawAnswer | Unanswered, { missing }: Observations): answer is RawAnswer {
  if (!isAnswer(answer) || answer.status >= 300 || answer.body.length === 0) return false;
  const isSame =
    isAnswer(missing) && missing.status === answer.status && Buffer.compare(missing.body, answer.body) === 0;
  return !isSame;
}

function judge(probes: readonly Probe[], observations: Observations): Verdict {
  if (observations.bare.status !== 402) return skip("no 402");
  return failEach(
    probes.flatMap(({ label, answer }) =>
      isGivenAway(answer, observations)
        ? [`${label} was answered ${answer.status} with ${answer.body.length} bytes`]
        : [],
    ),
  );
}

export const accessChecks: readonly Check[] = [
  {
    id: "path-tricks",
    title: "No other spelling of the path gives the content away",
    severity: "error",
    meaning:
      "The price is looked up by one reading of the path and the content by another: //x, /./x, x;y or X is free.",
    fix: "Parse the path once, refuse what is not canonical, and give what no rule matches a price instead of nothing.",
    run: (observations) => judge(observations.paths, observations),
  },
  {
    id: "query-tricks",
    title: "No query gives the content away",
    severity: "error",
    meaning: "A rule that compares the whole target does not match once anything is added to it.",
    fix: "Match the path without its query.",
    run: (observations) => judge(observations.queries, observations),
  },
  {
    id: "method-head",
    title: "HEAD costs what GET costs",
    severity: "warning",
    meaning: "A free HEAD tells size, type and version of what is sold, and runs the handler for nothing.",
    fix: "Answer HEAD with the head of what GET would get: 402.",
    run: ({ bare, head, method }) => {
      if (bare.status !== 402) return skip("no 402");
      if (method !== "GET") return skip("not sold with GET");
      if (!isAnswer(head)) return pass;
      return head.status < 300 ? fail(`HEAD was answered ${head.status}`) : pass;
    },
  },
  {
    id: "method-options",
    title: "OPTIONS does not give the content away",
    severity: "error",
    meaning: "A handler that takes each method answers OPTIONS with the content.",
    fix: "Answer OPTIONS without a body, or with 402.",
    run: (observations) => {
      const { options, bare } = observations;
      if (bare.status !== 402) return skip("no 402");
      if (!isGivenAway(options, observations) || isListOfMethods(options)) return pass;
      return fail(`it was answered ${options.status} with ${options.body.length} bytes`);
    },
  },
  {
    id: "method-override",
    title: "No header that claims another method or sender gives the content away",
    severity: "error",
    meaning:
      "The framework believes the header before it looks up the price: the price of another method, or none for insiders.",
    fix: "Ignore X-HTTP-Method-Override and X-Middleware-Subrequest, and X-Forwarded-For of everybody but your own proxy.",
    run: (observations) => judge(observations.overrides, observations),
  },
];

/** `GET,HEAD`, as frameworks answer. */
function isListOfMethods({ body }: RawAnswer): boolean {
  return /^[A-Z, ]{1,120}$/.test(Buffer.from(body).toString().trim());
}
