import type { Metadata } from "next";
import { EndpointDetailPage } from "@/components/endpoints/endpoint-detail-page.tsx";
import { parseTab } from "@/components/endpoints/endpoint-tabs.ts";

export const metadata: Metadata = { title: "Endpoint" };

export default async function Page({
  params,
  searchParams,
}: {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}) {
  const [{ id }, query] = await Promise.all([params, searchParams]);
  return <EndpointDetailPage id={id} tab={parseTab(query["tab"])} />;
}
