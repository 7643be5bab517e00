import { Skeleton } from "@/components/ui/skeleton.tsx";
import { Sparkline } from "@/components/ui/sparkline.tsx";
import type { OverviewDto } from "@/lib/query/dto.ts";
import { type Figure, overviewFigures } from "@/lib/query/overview-figures.ts";

const tone = { up: "text-good", down: "text-bad", flat: "text-faint" } as const;

function Tile({ figure }: { readonly figure: Figure }) {
  return (
    <div className="flex min-w-0 flex-col gap-1 bg-surface p-4 sm:p-5" title={figure.title}>
      <dt className="text-sm text-faint">{figure.label}</dt>
      <dd>
        <span className="tabular block text-xl font-semibold tracking-tight break-all">{figure.value}</span>
        <span className={`tabular text-sm ${figure.delta ? tone[figure.delta.direction] : "text-faint"}`}>
          {figure.delta ? `${figure.delta.text} ` : "– "}
          <span className="text-faint">vs. before</span>
        </span>
        {figure.note !== undefined && <span className="tabular block text-sm text-soft">{figure.note}</span>}
        <span className="sr-only">. {figure.title}</span>
      </dd>
      <div className="mt-auto h-8 pt-2">
        <Sparkline values={figure.spark} />
      </div>
    </div>
  );
}

/** Four columns of one ledger rather than four cards: hairlines between, no gaps. */
export function StatTiles({ overview }: { readonly overview: OverviewDto | undefined }) {
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-md border border-rule bg-rule lg:grid-cols-4">
      {overview
        ? overviewFigures(overview).map((figure) => <Tile key={figure.label} figure={figure} />)
        : ["Revenue", "Paid requests", "Payers", "Conversion"].map((label) => (
            <div key={label} className="bg-surface p-4 sm:p-5">
              <dt className="text-sm text-faint">{label}</dt>
              <dd className="space-y-3 pt-2">
                <Skeleton className="h-6 w-24" />
                <Skeleton className="h-3.5 w-16" />
                <Skeleton className="h-5 w-full" />
              </dd>
            </div>
          ))}
    </dl>
  );
}
