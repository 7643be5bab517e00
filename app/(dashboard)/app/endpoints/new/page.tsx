import type { Metadata } from "next";
import { NewEndpointPage } from "@/components/endpoints/new-endpoint-page.tsx";

export const metadata: Metadata = { title: "New endpoint" };

export default function Page() {
  return <NewEndpointPage />;
}
