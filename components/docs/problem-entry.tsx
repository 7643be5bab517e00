import { problemHints } from "./problem-hints.ts";
import { Badge } from "@/components/ui/badge.tsx";
import type { ProblemEntry as Entry } from "@/lib/query/problem-list.ts";

/** `code` in backticks becomes code; everything else stays text. */
function Prose({ text }: { readonly text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 1 ? (
      <code key={index} className="rounded-sm bg-sunken px-1 font-mono text-sm">
        {part}
      </code>
    ) : (
      part
    ),
  );
}

export function ProblemEntry({ entry }: { readonly entry: Entry }) {
  return (
    <article
      id={entry.slug}
      className="scroll-mt-6 border-t border-rule py-5 target:bg-accent-soft sm:grid sm:grid-cols-[14rem_1fr] sm:gap-6"
    >
      <div>
        <p className="font-mono text-sm break-words">
          <a href={`#${entry.slug}`} className="underline-offset-4 hover:underline">
            {entry.code}
          </a>
        </p>
        <p className="mt-1 flex flex-wrap gap-1.5">
          <Badge tone={entry.status === 402 ? "hold" : "neutral"}>{entry.status}</Badge>
          {entry.retryable && <Badge tone="accent">try again</Badge>}
        </p>
      </div>
      <div className="max-sm:mt-2">
        <h2 className="font-semibold">{entry.title}</h2>
        <p className="mt-1 max-w-prose text-soft">
          <Prose text={problemHints[entry.code]} />
        </p>
      </div>
    </article>
  );
}
