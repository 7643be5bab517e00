"use client";
import { type ReactNode, useState } from "react";

/** Fields that most prices do without; open from the start where one of them is used or wrong. */
export function Disclosure({
  summary,
  used,
  wrong,
  children,
}: {
  readonly summary: string;
  readonly used: boolean;
  readonly wrong: boolean;
  readonly children: ReactNode;
}) {
  // Only at the start: clearing the last field must not fold it away under somebody's hands.
  const [initial] = useState(used);
  return (
    <details open={initial || wrong}>
      <summary className="cursor-pointer text-sm text-soft hover:text-ink">{summary}</summary>
      <div className="mt-3">{children}</div>
    </details>
  );
}
