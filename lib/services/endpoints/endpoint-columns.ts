import type { Prisma } from "../../../generated/prisma/client.ts";

/** Columns of an endpoint that its creator is shown; sealed header values are not among them. */
export const endpointColumns = {
  id: true,
  slug: true,
  mode: true,
  status: true,
  kind: true,
  title: true,
  description: true,
  upstreamOrigin: true,
  upstreamBasePath: true,
  upstreamBaseQuery: true,
  upstreamMatch: true,
  upstreamHeaderNames: true,
  pricing: true,
  priceVersion: true,
  passAuthorization: true,
  bindQuery: true,
  bindBody: true,
  rails: true,
  settleFirst: true,
  sampleContentType: true,
  sampleBody: true,
  createdAt: true,
  updatedAt: true,
  routes: {
    select: { id: true, methods: true, path: true, pricing: true, priceVersion: true },
    orderBy: { position: "asc" },
  },
} as const satisfies Prisma.EndpointSelect;

export type EndpointRow = Prisma.EndpointGetPayload<{ select: typeof endpointColumns }>;
