import { Amount } from "@/components/ui/amount.tsx";
import { DetailList } from "@/components/ui/detail-list.tsx";
import { Notice } from "@/components/ui/states.tsx";
import type { PriceCheckDto } from "@/lib/query/dto.ts";

/** Which rule matches and what the request would cost; read out when it changes. */
export function TesterAnswer({
  answer,
  msatPerUsd,
}: {
  readonly answer: PriceCheckDto;
  readonly msatPerUsd: string | undefined;
}) {
  const { rule, charge, failedClosed } = answer;
  const matched =
    rule === null ? (
      "No rule: the default price"
    ) : (
      <>
        Rule {rule.index + 1}:{" "}
        <code className="font-mono text-sm">{`${rule.methods?.join(", ") ?? "any"} ${rule.path}`}</code>
      </>
    );
  return (
    <div className="space-y-3">
      <DetailList
        items={[
          ["Matches", matched],
          ["Price", answer.description],
          ["To be paid", <Amount key="amount" value={answer.amount} msatPerUsd={msatPerUsd} />],
          ["It buys", answer.terms],
          ...(charge === undefined
            ? []
            : [["Answer costs", <Amount key="charge" value={charge} />] as const]),
        ]}
      />
      {failedClosed !== undefined && (
        <Notice tone="hold">The formula gave no price, so the maximum counts: {failedClosed}</Notice>
      )}
    </div>
  );
}
