import type { Metadata } from "next";
import { ReceiptView } from "@/components/receipts/receipt-view.tsx";

export const metadata: Metadata = { title: "Receipt", robots: { index: false }, referrer: "no-referrer" };

export default async function Page({ params }: { readonly params: Promise<{ readonly receipt: string }> }) {
  const { receipt } = await params;
  return (
    <div className="py-8">
      <h1 className="mb-6 text-xl font-semibold tracking-tight">Receipt</h1>
      <ReceiptView id={receipt} />
    </div>
  );
}
