import { CodeBlock } from "@/components/ui/code-block.tsx";
import { agentSnippet } from "@/lib/query/snippets.ts";

const exchange = `> GET /p/weather HTTP/1.1

< HTTP/1.1 402 Payment Required
< PAYMENT-REQUIRED: eyJ4NDAyVmVyc2lvbiI6Miwi…
< WWW-Authenticate: L402 macaroon="AgEEbHNhd…", invoice="lnbcrt…"
< WWW-Authenticate: Payment id="…", method="lightning", …

> GET /p/weather HTTP/1.1
> PAYMENT-SIGNATURE: eyJ4NDAyVmVyc2lvbiI6Miwi…

< HTTP/1.1 200 OK
< PAYMENT-RESPONSE: eyJzdWNjZXNzIjp0cnVlLCJ0…`;

export function AgentSection() {
  return (
    <section aria-labelledby="agents" className="mt-20">
      <h2 id="agents" className="text-xl font-semibold tracking-tight">
        How an agent pays
      </h2>
      <p className="mt-2 max-w-2xl text-soft">
        It asks, reads the price, pays and asks again. No account, no key from you, no library of ours: stock
        clients of each protocol work as they are.
      </p>
      <div className="mt-6 grid gap-6 lg:grid-cols-2">
        <CodeBlock title="On the wire" code={exchange} what="example exchange" />
        <CodeBlock
          title="With @x402/fetch"
          code={agentSnippet("https://pay.example.com/p/weather", "test")}
          what="agent code"
        />
      </div>
    </section>
  );
}
