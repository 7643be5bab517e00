"use client";
import type { ReactNode } from "react";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input, Textarea } from "@/components/ui/input.tsx";
import { PasswordInput } from "@/components/ui/password-input.tsx";
import { bakeLine } from "@/lib/query/bake-line.ts";
import type { FormErrors } from "@/lib/query/form-errors.ts";
import type { LightningForm } from "@/lib/query/lightning-form.ts";

interface Section {
  readonly form: LightningForm;
  /** By `connection.…`. */
  readonly errors: FormErrors;
  readonly onChange: (change: Partial<LightningForm>) => void;
}

/** How the chosen kind is reached, and where each part is found. */
export function LightningFields(section: Section) {
  switch (section.form.kind) {
    case "lnd":
      return <LndFields {...section} />;
    case "nwc":
      return <WalletFields {...section} />;
    case "phoenixd":
      return <PhoenixdFields {...section} />;
  }
}

// Not a password of this site, and nothing that a browser should offer again.
const quiet = {
  autoComplete: "off",
  autoCapitalize: "none",
  autoCorrect: "off",
  spellCheck: false,
} as const;

function LndFields({ form, errors, onChange }: Section) {
  return (
    <>
      <Field
        label="Host and port"
        error={errors["connection.address"]}
        hint="Of its gRPC, which is at 10009 unless you have changed it. An lndconnect:// string pasted here fills all three fields."
      >
        {(ids) => (
          <Input
            {...ids}
            {...quiet}
            mono
            placeholder="node.example.com:10009"
            value={form.address}
            onChange={(event) => onChange({ address: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="Macaroon"
        error={errors["connection.macaroon"]}
        hint="What the line below prints: a key that can make and read invoices, and see how much the node can receive. One that can do more is refused."
      >
        {(ids) => (
          <Textarea
            {...ids}
            {...quiet}
            rows={3}
            className="font-mono text-sm break-all"
            placeholder="0201036c6e64…"
            value={form.macaroon}
            onChange={(event) => onChange({ macaroon: event.target.value })}
          />
        )}
      </Field>
      <CodeBlock title="Run this on your node" code={bakeLine} what="command" />
      <Field
        label="Certificate"
        optional
        error={errors["connection.certificate"]}
        hint={
          <>
            All of the file <Code>~/.lnd/tls.cert</Code>. Leave it empty where a public authority signed it.
          </>
        }
      >
        {(ids) => (
          <Textarea
            {...ids}
            {...quiet}
            rows={4}
            className="font-mono text-sm"
            placeholder="-----BEGIN CERTIFICATE-----"
            value={form.certificate}
            onChange={(event) => onChange({ certificate: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function WalletFields({ form, errors, onChange }: Section) {
  return (
    <Field
      label="Connection string"
      error={errors["connection.uri"]}
      hint="Made in your wallet, where it lists its apps or connections. Let it receive only: one that can pay is refused."
    >
      {(ids) => (
        <PasswordInput
          {...ids}
          {...quiet}
          mono
          placeholder="nostr+walletconnect://…"
          value={form.uri}
          onChange={(event) => onChange({ uri: event.target.value })}
        />
      )}
    </Field>
  );
}

function PhoenixdFields({ form, errors, onChange }: Section) {
  return (
    <>
      <Field
        label="URL"
        error={errors["connection.url"]}
        hint="Where this server reaches its API, over https."
      >
        {(ids) => (
          <Input
            {...ids}
            {...quiet}
            mono
            placeholder="https://phoenixd.example.com"
            value={form.url}
            onChange={(event) => onChange({ url: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="Limited password"
        error={errors["connection.password"]}
        hint={
          <>
            The line <Code>http-password-limited-access</Code> of <Code>~/.phoenix/phoenix.conf</Code>. The
            other one can spend, and is refused.
          </>
        }
      >
        {(ids) => (
          <PasswordInput
            {...ids}
            {...quiet}
            mono
            value={form.limitedPassword}
            onChange={(event) => onChange({ limitedPassword: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function Code({ children }: { readonly children: ReactNode }) {
  return <code className="font-mono text-ink">{children}</code>;
}
