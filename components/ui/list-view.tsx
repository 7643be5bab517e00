import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { SkeletonRows } from "./skeleton.tsx";
import { ErrorState } from "./states.tsx";

interface ListState<T> {
  readonly items: readonly T[];
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  readonly retry: () => void;
}

/** The four states of each list: loading, failed, empty, rows with more to come. */
export function ListView<T>({
  list,
  empty,
  children,
}: {
  readonly list: ListState<T>;
  readonly empty: ReactNode;
  readonly children: (rows: readonly T[]) => ReactNode;
}) {
  if (list.isPending) return <SkeletonRows />;
  if (list.error && list.items.length === 0) return <ErrorState error={list.error} onRetry={list.retry} />;
  if (list.items.length === 0) return empty;
  return (
    <>
      {children(list.items)}
      {list.hasMore && (
        <div className="border-t border-rule p-3 text-center">
          <Button size="sm" onClick={list.loadMore} busy={list.isLoadingMore}>
            Load more
          </Button>
        </div>
      )}
    </>
  );
}
