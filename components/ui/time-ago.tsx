"use client";
import { useEffect, useState } from "react";
import { formatExact, formatRelative } from "@/lib/query/format.ts";

/** Relative, the exact time on hover. Counts on once it is mounted, so server and browser agree on the first text. */
export function TimeAgo({ at }: { readonly at: string }) {
  const time = Date.parse(at);
  const [now, setNow] = useState<number>();
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={formatExact(time)} className="tabular whitespace-nowrap">
      {now === undefined ? formatExact(time).slice(0, 10) : formatRelative(time, now)}
    </time>
  );
}
