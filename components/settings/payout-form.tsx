"use client";
import type { FormEvent } from "react";
import { FoundAddress } from "./found-address.tsx";
import { NetworkChoices } from "./network-choices.tsx";
import { PasswordField } from "./password-field.tsx";
import { usePayoutForm } from "./use-payout-form.ts";
import { Button } from "@/components/ui/button.tsx";
import { CheckField } from "@/components/ui/check-field.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Notice } from "@/components/ui/states.tsx";
import type { StablecoinPayoutDto } from "@/lib/query/payout-dto.ts";

/** An address is pasted, looked at, and saved with the networks that its owner chooses. */
export function PayoutForm({
  connected,
  onCancel,
  onSaved,
}: {
  readonly connected: StablecoinPayoutDto | null;
  readonly onCancel: (() => void) | undefined;
  readonly onSaved: () => void;
}) {
  const form = usePayoutForm(connected, onSaved);
  const { found, errors, warnings } = form;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    form.save();
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      <AddressField value={form.address} error={errors["address"]} onChange={form.setAddress} />
      <FoundAddress inspection={form.inspection} hasFieldError={errors["address"] !== undefined} />
      {found && (
        <NetworkChoices
          found={found}
          chosen={form.chosen}
          error={errors["networks"]}
          onToggle={form.toggle}
        />
      )}
      {warnings.length > 0 && (
        <CheckField
          label="I have read the warnings, and this is my address on these networks"
          hint="Nobody can bring back what is paid to an address that you cannot use."
          checked={form.isConfirmed}
          onChange={form.confirm}
        />
      )}
      {errors["confirmWarnings"] !== undefined && <Notice tone="hold">{errors["confirmWarnings"]}</Notice>}
      {form.needsPassword && (
        <PasswordField value={form.password} error={errors["password"]} onChange={form.setPassword} />
      )}
      {form.unexplained && <Notice tone="bad">{form.unexplained.message}</Notice>}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" busy={form.isSaving} disabled={!form.canSave}>
          {connected === null ? "Connect" : "Save"}
        </Button>
        {onCancel && <Button onClick={onCancel}>Cancel</Button>}
      </div>
    </form>
  );
}

interface TextField {
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

function AddressField({ value, error, onChange }: TextField) {
  return (
    <Field
      label="Address"
      error={error}
      hint="Paste the address of your wallet. It is the same on each network and starts with 0x."
    >
      {(ids) => (
        <Input
          {...ids}
          mono
          name="address"
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          placeholder="0x…"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
