import { CircleCheck, CirclePause } from "lucide-react";
import Link from "next/link";
import { Panel } from "@/components/ui/panel.tsx";
import { SkeletonRows } from "@/components/ui/skeleton.tsx";
import { ErrorState } from "@/components/ui/states.tsx";
import type { EndpointDto, ModeDto } from "@/lib/query/dto.ts";
import { healthSentences } from "@/lib/query/overview-figures.ts";
import type { PageList } from "@/lib/query/use-page-list.ts";

/** The state of things in plain sentences. */
export function HealthPanel({
  list,
  mode,
}: {
  readonly list: PageList<EndpointDto>;
  readonly mode: ModeDto | undefined;
}) {
  return (
    <Panel title="Health" flush>
      {list.isPending ? (
        <SkeletonRows rows={3} />
      ) : list.error ? (
        <ErrorState error={list.error} onRetry={list.retry} />
      ) : list.items.length === 0 ? (
        <p className="p-5 text-soft">
          {mode === "live"
            ? "Nothing is LIVE yet: open an endpoint and choose Go live."
            : "Nothing is in TEST."}
        </p>
      ) : (
        <ul className="divide-y divide-rule">
          {healthSentences(list.items)
            .slice(0, 6)
            .map((sentence) => (
              <li key={sentence.id} className="relative flex gap-3 px-5 py-3 hover:bg-sunken">
                {sentence.good ? (
                  <CircleCheck className="mt-1 size-4 shrink-0 text-good" aria-label="Active" />
                ) : (
                  <CirclePause className="mt-1 size-4 shrink-0 text-hold" aria-label="Paused" />
                )}
                <Link href={`/app/endpoints/${sentence.id}`} className="after:absolute after:inset-0">
                  {sentence.text}
                </Link>
              </li>
            ))}
        </ul>
      )}
    </Panel>
  );
}
