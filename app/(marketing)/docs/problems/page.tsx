import type { Metadata } from "next";
import { ProblemEntry } from "@/components/docs/problem-entry.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { problemList } from "@/lib/query/problem-list.ts";

export const metadata: Metadata = {
  title: "Errors",
  description: "Every error of the gateway and the API: its status, what it means and what to do.",
};

const example = `HTTP/1.1 409 Conflict
Content-Type: application/problem+json

{
  "type": "…/docs/problems/credential-redeemed",
  "title": "This payment was already used",
  "status": 409,
  "code": "credential_redeemed",
  "retryable": false
}`;

export default function ProblemsPage() {
  return (
    <div className="py-8">
      <h1 className="text-xl font-semibold tracking-tight">Errors</h1>
      <p className="mt-2 max-w-2xl text-soft">
        Every refusal is a problem document (RFC 9457). <code className="font-mono text-sm">code</code> is
        stable: decide by it. “Try again” means that the same request may succeed later without a change.
      </p>
      <div className="mt-6 max-w-2xl">
        <CodeBlock title="A problem document" code={example} what="example problem" />
      </div>
      <section aria-label="All errors" className="mt-8 border-b border-rule">
        {problemList.map((entry) => (
          <ProblemEntry key={entry.code} entry={entry} />
        ))}
      </section>
    </div>
  );
}
