import type { Metadata } from "next";
import { EndpointListPage } from "@/components/endpoints/endpoint-list-page.tsx";
import { parseMode } from "@/lib/query/mode.ts";

export const metadata: Metadata = { title: "Endpoints" };

export default async function Page({
  searchParams,
}: {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}) {
  return <EndpointListPage mode={parseMode((await searchParams)["mode"])} />;
}
