import type { Metadata } from "next";
import { ReceiptDetailPage } from "@/components/receipts/receipt-detail-page.tsx";

export const metadata: Metadata = { title: "Receipt" };

export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  return <ReceiptDetailPage id={(await params).id} />;
}
