import { PaywallError } from "@x402-paywall/core";
import type { Prisma } from "../../../generated/prisma/client.ts";
import { withSuffix } from "./slug.ts";

/**
 * Takes a slug for an endpoint until the transaction ends, the endpoint's own former one included. One that another
 * endpoint had before stays that endpoint's: a shared link must never lead to somebody else.
 * @throws PaywallError `conflict`
 */
export async function takeSlug(
  tx: Prisma.TransactionClient,
  slug: string,
  endpointId: string,
): Promise<void> {
  if (!(await tryTakeSlug(tx, slug, endpointId))) {
    const message = "This name is taken: choose another one.";
    throw new PaywallError("conflict", { detail: message, errors: [{ field: "slug", message }] });
  }
}

/** The first free one of `base`, `base-2`, … and names with a random end. */
export async function takeFreeSlug(
  tx: Prisma.TransactionClient,
  base: string,
  endpointId: string,
  random: () => string,
): Promise<string> {
  for (const slug of [
    base,
    ...["2", "3", "4", random(), random()].map((suffix) => withSuffix(base, suffix)),
  ]) {
    if (await tryTakeSlug(tx, slug, endpointId)) return slug;
  }
  throw new PaywallError("conflict", {
    detail: "No free name was found for this link: choose one.",
    errors: [{ field: "slug", message: "Choose a name." }],
  });
}

async function tryTakeSlug(tx: Prisma.TransactionClient, slug: string, endpointId: string): Promise<boolean> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('slug:' || ${slug}, 0))`;
  const [current, former] = [
    await tx.endpoint.findUnique({ where: { slug }, select: { id: true } }),
    await tx.endpointSlug.findUnique({ where: { slug }, select: { endpointId: true } }),
  ];
  if (current !== null && current.id !== endpointId) return false;
  if (former !== null && former.endpointId !== endpointId) return false;
  if (former !== null) await tx.endpointSlug.delete({ where: { slug } });
  return true;
}
