const sections = [
  {
    title: "One link, two kinds of payer",
    text: "Opened in a browser, the link shows a payment page. Called by a program, it answers HTTP 402 with offers in every protocol that agents speak: x402 for stablecoins, L402 and MPP for Lightning. All of them buy the same thing: a request, a bundle, an hour, or a balance for what is used.",
  },
  {
    title: "The answer is not touched",
    text: "Once paid, requests and answers stream through as they are: server-sent events, chunked bodies, ranges of large files. When your server fails, nobody is charged and the same payment works again.",
  },
  {
    title: "Every payment leaves a receipt",
    text: "Receipts are signed and can be verified offline by anybody with the public key. The dashboard is the sum of the receipts less the refunds, to the millionth of a dollar. The operator never holds the money.",
  },
] as const;

export function HowItWorks() {
  return (
    <section aria-labelledby="what" className="border-t-3 border-double border-rule-strong pt-10">
      <h2 id="what" className="text-xl font-semibold tracking-tight">
        What it is
      </h2>
      <div className="mt-6 grid gap-8 md:grid-cols-3 md:gap-10">
        {sections.map((section) => (
          <div key={section.title}>
            <h3 className="text-lg font-semibold">{section.title}</h3>
            <p className="mt-2 text-soft text-pretty">{section.text}</p>
          </div>
        ))}
      </div>
      <p className="mt-8 max-w-2xl text-sm text-soft">
        Today every link runs in TEST: real wire formats and real signatures, sandbox money. Nothing you try
        here costs anything.
      </p>
    </section>
  );
}
