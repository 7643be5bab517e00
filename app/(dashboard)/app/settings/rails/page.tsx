import type { Metadata } from "next";
import { RailsPage } from "@/components/settings/rails-page.tsx";

export const metadata: Metadata = { title: "Payment rails" };

export default function Page() {
  return <RailsPage />;
}
