import type { Metadata } from "next";
import { TestLinkFlow } from "@/components/landing/test-link-flow.tsx";

export const metadata: Metadata = { title: "New test link" };

const intro = (
  <>
    <h1 className="text-xl font-semibold tracking-tight">New test link</h1>
    <p className="mt-1 mb-6 text-soft">No account needed: you can keep it later by signing up.</p>
  </>
);

export default async function NewTestLinkPage({
  searchParams,
}: {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}) {
  const { url } = await searchParams;
  return (
    <section className="py-10">
      <TestLinkFlow initialUrl={typeof url === "string" ? url : ""} autoFocus intro={intro} />
    </section>
  );
}
