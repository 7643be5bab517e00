import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** A titled sheet of paper; `flush` lets a table reach its edges. */
export function Panel({
  title,
  description,
  actions,
  flush = false,
  className,
  children,
}: {
  readonly title?: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly flush?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <section className={classNames("min-w-0 rounded-md border border-rule bg-surface", className)}>
      {title !== undefined && (
        <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-rule px-5 py-3">
          <div className="min-w-0 flex-1 basis-48">
            <h2 className="text-base font-semibold">{title}</h2>
            {description !== undefined && <p className="text-sm text-faint">{description}</p>}
          </div>
          {actions}
        </header>
      )}
      <div className={flush ? "" : "p-5"}>{children}</div>
    </section>
  );
}
