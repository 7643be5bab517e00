import { Check, CircleAlert } from "lucide-react";
import { describeInspection } from "@/lib/query/describe-inspection.ts";
import type { InspectionDto } from "@/lib/query/dto.ts";

/** What the server saw at the URL, in words. */
export function InspectionNotes({ found }: { readonly found: InspectionDto }) {
  const Icon = found.reachable ? Check : CircleAlert;
  return (
    <div role="status" className="flex gap-3">
      <Icon className={`mt-1 size-4 shrink-0 ${found.reachable ? "text-good" : "text-hold"}`} aria-hidden />
      <div className="min-w-0">
        <p className="font-medium">{found.suggestedTitle}</p>
        <p className="text-soft">{describeInspection(found)}</p>
        {found.notes.length > 0 && (
          <ul className="mt-2 list-disc space-y-1 pl-4 text-sm text-soft marker:text-rule-strong">
            {found.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
