import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { ProblemEntry } from "@/components/docs/problem-entry.tsx";
import { findProblem } from "@/lib/query/problem-list.ts";

interface Props {
  readonly params: Promise<{ readonly slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: findProblem((await params).slug)?.title ?? "Error" };
}

/** Where the `type` of a problem document points. */
export default async function ProblemPage({ params }: Props) {
  const entry = findProblem((await params).slug);
  if (!entry) notFound();
  return (
    <div className="py-8">
      <h1 className="mb-6 font-mono text-xl font-semibold break-words">{entry.code}</h1>
      <ProblemEntry entry={entry} />
      <p className="mt-4">
        <Link href="/docs/problems" className="text-accent underline underline-offset-4">
          All errors
        </Link>
      </p>
    </div>
  );
}
