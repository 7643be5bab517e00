import { headers } from "next/headers";
import { AgentSection } from "@/components/landing/agent-section.tsx";
import { DemoWire } from "@/components/landing/demo-wire.tsx";
import { HowItWorks } from "@/components/landing/how-it-works.tsx";
import { LiveDemo } from "@/components/landing/live-demo.tsx";
import { TestLinkFlow } from "@/components/landing/test-link-flow.tsx";
import { loadEnv } from "@/lib/env.ts";

const intro = (
  <>
    <h1 className="text-display font-semibold tracking-tight text-balance">Put a price on any URL.</h1>
    <p className="mt-5 mb-8 max-w-2xl text-lg text-soft text-pretty">
      Paste an API, an AI stream, a file or a page and share the link. People pay in their browser, agents pay
      over x402, L402 or MPP, and the answer streams through untouched.
    </p>
  </>
);

/** Of the seeded JSON endpoint. */
const demoPath = "/p/demo-json/weather";

export default async function LandingPage() {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <>
      <script async src="/w.js" nonce={nonce} />
      <section className="pt-8 pb-16 sm:pt-16">
        <TestLinkFlow
          initialUrl=""
          autoFocus
          intro={intro}
          below={<DemoWire path={demoPath} />}
          aside={<LiveDemo src={`${loadEnv().contentUrl}${demoPath}?city=Lisbon`} />}
        />
      </section>
      <HowItWorks />
      <AgentSection />
    </>
  );
}
