import type { Metadata } from "next";
import { PaymentListPage } from "@/components/payments/payment-list-page.tsx";
import { parseMode } from "@/lib/query/mode.ts";

export const metadata: Metadata = { title: "Payments" };

export default async function Page({
  searchParams,
}: {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}) {
  return <PaymentListPage mode={parseMode((await searchParams)["mode"])} />;
}
