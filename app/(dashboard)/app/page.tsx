import type { Metadata } from "next";
import { OverviewPage } from "@/components/overview/overview-page.tsx";
import { parseMode } from "@/lib/query/mode.ts";
import { parseRange } from "@/lib/query/overview-figures.ts";

export const metadata: Metadata = { title: "Overview" };

export default async function Page({
  searchParams,
}: {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}) {
  const { range, mode } = await searchParams;
  return <OverviewPage range={parseRange(range)} mode={parseMode(mode)} />;
}
