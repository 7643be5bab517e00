"use client";
import { ArrowRight } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { completeUrl } from "@/lib/query/complete-url.ts";

/** The one input. A bare host name gets `https://`. */
export function UrlForm({
  initialUrl,
  autoFocus,
  busy,
  error,
  onSubmit,
}: {
  readonly initialUrl: string;
  readonly autoFocus: boolean;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (url: string) => void;
}) {
  const [url, setUrl] = useState(initialUrl);
  const [refused, setRefused] = useState<string>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const complete = completeUrl(url);
    setRefused(
      complete === undefined ? "Write a whole URL, such as https://api.example.com/weather" : undefined,
    );
    if (complete === undefined) return;
    setUrl(complete);
    onSubmit(complete);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Field
        label="Paste a URL"
        hideLabel
        error={refused ?? error?.message}
        hint="In TEST mode: real formats, sandbox money. No wallet or node needed."
      >
        {(ids) => (
          <div className="flex flex-col gap-2 sm:flex-row">
            <Input
              {...ids}
              mono
              name="url"
              type="url"
              inputMode="url"
              autoComplete="url"
              autoCapitalize="none"
              spellCheck={false}
              // The page has one purpose and this is it.
              autoFocus={autoFocus}
              placeholder="Paste a URL"
              value={url}
              onChange={(event) => setUrl(event.target.value)}
              className="h-12 px-4"
            />
            <Button type="submit" variant="primary" size="lg" busy={busy}>
              {busy ? "Looking" : "Look at it"}
              {!busy && <ArrowRight aria-hidden />}
            </Button>
          </div>
        )}
      </Field>
    </form>
  );
}
