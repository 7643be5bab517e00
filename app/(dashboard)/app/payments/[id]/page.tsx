import type { Metadata } from "next";
import { PaymentDetailPage } from "@/components/payments/payment-detail-page.tsx";

export const metadata: Metadata = { title: "Payment" };

export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  return <PaymentDetailPage id={(await params).id} />;
}
