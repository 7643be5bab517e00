"use client";
import type { FormEvent } from "react";
import { LightningFields } from "./lightning-fields.tsx";
import { LightningFound } from "./lightning-found.tsx";
import { PasswordField } from "./password-field.tsx";
import { useLightningForm } from "./use-lightning-form.ts";
import { Button } from "@/components/ui/button.tsx";
import { CheckField } from "@/components/ui/check-field.tsx";
import { RadioChoice } from "@/components/ui/radio-choice.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { kindNames } from "@/lib/query/lightning-form.ts";
import type { LightningKindDto, LightningPayoutDto } from "@/lib/query/payout-dto.ts";

/** A node or wallet is chosen, tested with an invoice, and connected with its owner's password. */
export function LightningForm({
  connected,
  onCancel,
  onSaved,
}: {
  /** What is replaced. */
  readonly connected: LightningPayoutDto | null;
  readonly onCancel: (() => void) | undefined;
  readonly onSaved: () => void;
}) {
  const view = useLightningForm(connected, onSaved);
  const { form, found, errors } = view;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (found === undefined) view.test();
    else view.save();
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      {connected !== null && (
        <Notice tone="neutral">
          Invoices of the node before can still be paid: they are honoured for a day after it was replaced.
        </Notice>
      )}
      <KindChoice kind={form.kind} onSelect={(kind) => view.change({ kind })} />
      <LightningFields form={form} errors={errors} onChange={view.change} />
      <LightningFound check={view.check} />
      {found !== undefined && found.warnings.length > 0 && (
        <CheckField
          label="I have read this, and connect it nevertheless"
          hint="You can replace or disconnect it at any time."
          checked={view.isConfirmed}
          onChange={view.confirm}
        />
      )}
      {errors["confirmWarnings"] !== undefined && <Notice tone="hold">{errors["confirmWarnings"]}</Notice>}
      {found !== undefined && (
        <PasswordField value={view.password} error={errors["password"]} onChange={view.setPassword} />
      )}
      {view.unexplained && <Notice tone="bad">{view.unexplained.message}</Notice>}
      <div className="flex flex-wrap gap-2">
        <Button
          variant={found === undefined ? "primary" : "secondary"}
          busy={view.check.isPending}
          disabled={!view.canTest}
          onClick={view.test}
        >
          Test connection
        </Button>
        {found !== undefined && (
          <Button type="submit" variant="primary" busy={view.isSaving} disabled={!view.canSave}>
            Connect
          </Button>
        )}
        {onCancel && <Button onClick={onCancel}>Cancel</Button>}
      </div>
    </form>
  );
}

const kinds = [
  {
    kind: "lnd",
    hint: "Your own node. It makes the invoices with a macaroon that cannot spend, and nobody stands in between.",
  },
  {
    kind: "nwc",
    hint: "A wallet that you have already, such as Alby Hub, over one string. The quickest way without a node of your own.",
  },
  {
    kind: "phoenixd",
    hint: "A small server of your own that gets its inbound liquidity by itself, for a fee.",
  },
] as const satisfies readonly { readonly kind: LightningKindDto; readonly hint: string }[];

function KindChoice({
  kind: chosen,
  onSelect,
}: {
  readonly kind: LightningKindDto;
  readonly onSelect: (kind: LightningKindDto) => void;
}) {
  return (
    <fieldset className="space-y-3">
      <legend className="mb-2 text-sm font-medium">What makes your invoices</legend>
      {kinds.map(({ kind, hint }) => (
        <RadioChoice
          key={kind}
          name="lightning-kind"
          label={kindNames[kind]}
          hint={hint}
          checked={kind === chosen}
          onSelect={() => onSelect(kind)}
        />
      ))}
    </fieldset>
  );
}
