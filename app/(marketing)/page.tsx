import { AgentSection } from "@/components/landing/agent-section.tsx";
import { HeroSlip } from "@/components/landing/hero-slip.tsx";
import { HowItWorks } from "@/components/landing/how-it-works.tsx";
import { TestLinkFlow } from "@/components/landing/test-link-flow.tsx";

const intro = (
  <>
    <h1 className="text-display font-semibold tracking-tight text-balance">Put a price on any URL.</h1>
    <p className="mt-5 mb-8 max-w-2xl text-lg text-soft text-pretty">
      Paste an API, an AI stream, a file or a page and share the link. People pay in their browser, agents pay
      over x402, L402 or MPP, and the answer streams through untouched.
    </p>
  </>
);

export default function LandingPage() {
  return (
    <>
      <section className="pt-8 pb-16 sm:pt-16">
        <TestLinkFlow initialUrl="" autoFocus intro={intro} aside={<HeroSlip />} />
      </section>
      <HowItWorks />
      <AgentSection />
    </>
  );
}
