import type { ReactNode } from "react";

/** A sheet off the till roll with a torn lower edge. The shadow is outside, because the tear would cut it off. */
export function Slip({
  children,
  className = "",
}: {
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <div className={`slip-lift min-w-0 ${className}`}>
      <div className="slip-edge bg-surface px-6 pt-6 pb-10">{children}</div>
    </div>
  );
}
