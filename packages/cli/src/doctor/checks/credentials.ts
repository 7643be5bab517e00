import { type Check, failEach, skip, type Verdict } from "../check.ts";
import { isAnswer, type Observations, type Probe } from "../observations.ts";

/** Refused as the wires want it; a server that limits how often it is asked has not decided. */
const REFUSED = new Set([400, 402, 409, 429]);

function judge(probes: readonly Probe[], { bare }: Observations, none: string): Verdict {
  if (bare.status !== 402) return skip("no 402");
  if (probes.length === 0) return skip(none);
  return failEach(probes.flatMap(complain));
}

function complain({ label, answer }: Probe): readonly string[] {
  if (!isAnswer(answer)) return [`${label}: no answer (${answer.failed})`];
  if (REFUSED.has(answer.status)) return [];
  return [`${label}: answered ${answer.status}${answer.status < 300 ? ", for nothing" : ""}`];
}

export const credentialChecks: readonly Check[] = [
  {
    id: "credential-garbage",
    title: "A credential that cannot be decoded is refused with 400 or 402",
    severity: "error",
    meaning:
      "200 gives the content away; 401 stops clients that pay again only on 402; 500 is a crash that anybody can cause.",
    fix: "Answer 400 for bytes that cannot be decoded, 402 with a fresh challenge for everything else.",
    run: (observations) => judge(observations.garbage, observations, ""),
  },
  {
    id: "credential-forged",
    title: "A well-formed credential with a false proof is refused",
    severity: "error",
    meaning:
      "The server looks at the form of a credential and not at its proof: everybody gets the content for nothing.",
    fix: "Verify the signature (x402) or the preimage against the payment hash (L402, Payment) before you serve.",
    run: (observations) => judge(observations.forged, observations, "no offer that could be forged"),
  },
  {
    id: "credential-double",
    title: "Two credentials in one request are refused",
    severity: "error",
    meaning: "Two servers in a row may each look at another of them, so that one payment opens two things.",
    fix: "Count the payment headers in the raw request, and answer 400 where there is more than one.",
    run: (observations) => {
      const { doubled, paid } = observations;
      const real: readonly Probe[] =
        typeof paid === "object"
          ? [{ label: "a good credential beside another one", answer: paid.doubled }]
          : [];
      return judge([...doubled, ...real], observations, "only one wire is offered");
    },
  },
];
