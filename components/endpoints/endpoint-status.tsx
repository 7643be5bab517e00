import { Badge } from "@/components/ui/badge.tsx";
import type { EndpointStatusDto } from "@/lib/query/dto.ts";

export function EndpointStatus({ status }: { readonly status: EndpointStatusDto }) {
  if (status === "active") return <Badge tone="good">Active</Badge>;
  return status === "paused" ? <Badge tone="hold">Paused</Badge> : <Badge>Archived</Badge>;
}
