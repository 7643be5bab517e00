import type { PrismaClient } from "../../../generated/prisma/client.ts";
import { suggestSlug, withSuffix } from "./slug.ts";

/** A name for the URL's link that nobody has now; it is not kept for anybody, and a crowded name is left to the creator. */
export async function findFreeSlug(prisma: PrismaClient, url: string): Promise<string> {
  const base = suggestSlug(url);
  const candidates = [base, ...Array.from({ length: 20 }, (_, index) => withSuffix(base, String(index + 2)))];
  const where = { slug: { in: candidates } };
  const [current, former] = await Promise.all([
    prisma.endpoint.findMany({ where, select: { slug: true } }),
    prisma.endpointSlug.findMany({ where, select: { slug: true } }),
  ]);
  const taken = new Set([...current, ...former].map((row) => row.slug));
  return candidates.find((slug) => !taken.has(slug)) ?? base;
}
