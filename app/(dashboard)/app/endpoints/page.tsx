import type { Metadata } from "next";
import { EndpointListPage } from "@/components/endpoints/endpoint-list-page.tsx";

export const metadata: Metadata = { title: "Endpoints" };

export default function Page() {
  return <EndpointListPage />;
}
