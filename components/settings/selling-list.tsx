import Link from "next/link";
import type { PayoutEndpointDto } from "@/lib/query/payout-dto.ts";

/** What sells through a rail now. */
export function SellingList({ endpoints }: { readonly endpoints: readonly PayoutEndpointDto[] }) {
  if (endpoints.length === 0)
    return (
      <>
        Nothing yet.{" "}
        <Link href="/app/endpoints?mode=test" className="text-accent underline underline-offset-4">
          Take an endpoint LIVE
        </Link>
      </>
    );
  return (
    <ul className="space-y-1">
      {endpoints.map((endpoint) => (
        <li key={endpoint.id}>
          <Link href={`/app/endpoints/${endpoint.id}`} className="text-accent underline underline-offset-4">
            {endpoint.title}
          </Link>
        </li>
      ))}
    </ul>
  );
}
