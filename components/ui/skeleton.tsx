import { classNames } from "./class-names.ts";

export function Skeleton({ className }: { readonly className?: string }) {
  return <span aria-hidden className={classNames("block animate-pulse rounded-sm bg-sunken", className)} />;
}

/** Rows of a table that is being loaded. */
export function SkeletonRows({ rows = 5 }: { readonly rows?: number }) {
  return (
    <div role="status" className="divide-y divide-rule">
      <span className="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex items-center justify-between gap-6 px-5 py-4">
          <div className="flex-1 space-y-2">
            <Skeleton className="h-3.5 w-2/5" />
            <Skeleton className="h-3 w-3/5" />
          </div>
          <Skeleton className="h-3.5 w-16" />
        </div>
      ))}
    </div>
  );
}
