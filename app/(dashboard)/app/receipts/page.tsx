import type { Metadata } from "next";
import { ReceiptListPage } from "@/components/receipts/receipt-list-page.tsx";

export const metadata: Metadata = { title: "Receipts" };

export default function Page() {
  return <ReceiptListPage />;
}
