import type { Metadata } from "next";
import { PaymentListPage } from "@/components/payments/payment-list-page.tsx";

export const metadata: Metadata = { title: "Payments" };

export default function Page() {
  return <PaymentListPage />;
}
