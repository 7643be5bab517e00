"use client";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { TestLinkForm } from "./test-link-form.tsx";
import { TestLinkResult } from "./test-link-result.tsx";
import { UrlForm } from "./url-form.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { useInspect } from "@/lib/query/use-inspect.ts";

/** Paste, look, price, link: one place, no page change, so nothing typed is lost. */
export function TestLinkFlow({
  initialUrl,
  autoFocus = false,
  intro,
  aside,
  below,
}: {
  readonly initialUrl: string;
  /** Stands above the input and beside `aside`, until there is a link to show. */
  readonly intro: ReactNode;
  readonly aside?: ReactNode;
  /** Below the input, as long as nothing was pasted. */
  readonly below?: ReactNode;
  readonly autoFocus?: boolean;
}) {
  const inspect = useInspect();
  const [created, setCreated] = useState<EndpointDto>();
  const started = useRef(false);
  useEffect(() => {
    if (initialUrl === "" || started.current) return;
    started.current = true;
    inspect.mutate(initialUrl);
  }, [initialUrl, inspect]);

  const restart = (): void => {
    setCreated(undefined);
    inspect.reset();
  };
  if (created) return <TestLinkResult endpoint={created} onRestart={restart} />;
  return (
    <div className={aside ? "grid gap-x-16 gap-y-10 lg:grid-cols-[minmax(0,1fr)_24rem]" : "max-w-3xl"}>
      <div className="min-w-0">
        {intro}
        <UrlForm
          initialUrl={initialUrl}
          autoFocus={autoFocus}
          busy={inspect.isPending}
          error={inspect.error}
          onSubmit={(url) => inspect.mutate(url)}
        />
        {inspect.data ? (
          <TestLinkForm key={inspect.data.url} found={inspect.data} onCreated={setCreated} />
        ) : (
          below
        )}
      </div>
      {aside}
    </div>
  );
}
