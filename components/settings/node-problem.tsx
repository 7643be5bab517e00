import type { ReactNode } from "react";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Notice } from "@/components/ui/states.tsx";
import type { LightningProblemDto } from "@/lib/query/payout-dto.ts";

/** What is wrong with a node, what to do about it, and the line to run where there is one. */
export function NodeProblem({
  problem,
  tone,
  children,
}: {
  readonly problem: LightningProblemDto;
  readonly tone: "bad" | "hold";
  readonly children?: ReactNode;
}) {
  const { title, advice, command } = problem;
  return (
    <Notice tone={tone}>
      <p className="font-semibold">{title}</p>
      <div className="mt-2 space-y-3 text-ink">
        <p>{advice}</p>
        {command !== null && <CodeBlock title="On your node" code={command} what="command" />}
        {children && <p>{children}</p>}
      </div>
    </Notice>
  );
}
