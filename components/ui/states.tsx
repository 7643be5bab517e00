import { CloudOff, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

/** Nothing there yet: why, and the next step. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
}: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-14 text-center">
      <Icon className="size-6 text-faint" strokeWidth={1.5} aria-hidden />
      <h3 className="text-lg font-semibold">{title}</h3>
      <div className="max-w-md text-soft">{children}</div>
      {action !== undefined && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** What went wrong, and the way to try again. */
export function ErrorState({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-6 py-14 text-center">
      <CloudOff className="size-6 text-bad" strokeWidth={1.5} aria-hidden />
      <h3 className="text-lg font-semibold">This could not be loaded</h3>
      <p className="max-w-md text-soft">{error.message}</p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** A sentence above a form: what happened and what to do. */
export function Notice({
  tone,
  children,
}: {
  readonly tone: "bad" | "good" | "hold" | "neutral";
  readonly children: ReactNode;
}) {
  const look = {
    bad: "border-bad bg-bad-soft text-bad",
    good: "border-good bg-good-soft text-good",
    hold: "border-hold bg-hold-soft text-hold",
    neutral: "border-rule-strong bg-sunken text-soft",
  }[tone];
  return (
    <div role={tone === "bad" ? "alert" : "status"} className={`border-l-3 px-4 py-3 text-sm ${look}`}>
      {children}
    </div>
  );
}
