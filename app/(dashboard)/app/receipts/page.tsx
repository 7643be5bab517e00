import type { Metadata } from "next";
import { ReceiptListPage } from "@/components/receipts/receipt-list-page.tsx";
import { parseMode } from "@/lib/query/mode.ts";

export const metadata: Metadata = { title: "Receipts" };

export default async function Page({
  searchParams,
}: {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}) {
  return <ReceiptListPage mode={parseMode((await searchParams)["mode"])} />;
}
