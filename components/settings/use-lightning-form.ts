"use client";
import { useState } from "react";
import type { FormErrors } from "@/lib/query/form-errors.ts";
import {
  changeLightningForm,
  emptyLightningForm,
  isTestable,
  type LightningForm,
  lightningErrors,
  toConnectionInput,
} from "@/lib/query/lightning-form.ts";
import type { LightningPayoutDto } from "@/lib/query/payout-dto.ts";
import { useConnectLightning, useLightningCheck } from "@/lib/query/use-payouts.ts";

/** What is typed, what its test found, and whether it can be connected. */
export function useLightningForm(connected: LightningPayoutDto | null, onSaved: () => void) {
  const [form, setForm] = useState<LightningForm>({
    ...emptyLightningForm,
    kind: connected?.kind ?? "lnd",
  });
  const [password, setPassword] = useState("");
  const [isConfirmed, setConfirmed] = useState(false);
  const check = useLightningCheck();
  const connect = useConnectLightning();
  const found = check.data?.ok === true ? check.data : undefined;
  const problem = check.data?.ok === false ? check.data.problem : undefined;
  const refused = lightningErrors(connect.error);
  const errors: FormErrors = {
    ...lightningErrors(check.error),
    ...refused,
    ...(problem === undefined ? {} : { [problem.field]: problem.title }),
  };
  const canSave =
    found !== undefined &&
    password !== "" &&
    (found.warnings.length === 0 || isConfirmed) &&
    !check.isPending;
  const test = (): void => {
    setConfirmed(false);
    connect.reset();
    check.mutate(toConnectionInput(form));
  };
  const save = (): void => {
    if (!canSave) return;
    const connection = toConnectionInput(form);
    const input = { connection, password, ...(isConfirmed ? { confirmWarnings: true } : {}) };
    connect.mutate(input, {
      onSuccess: onSaved,
      onError: (error) => {
        // Something is otherwise than it was tested: what it is now is shown by another test.
        const isAboutNode = Object.keys(lightningErrors(error)).some((field) => field !== "password");
        if (isAboutNode) check.mutate(connection);
      },
    });
  };
  return {
    form,
    errors,
    check,
    found,
    problem,
    password,
    isConfirmed,
    canTest: isTestable(form),
    canSave,
    isSaving: connect.isPending,
    /** Refusals that no field shows. */
    unexplained:
      check.error !== null && Object.keys(lightningErrors(check.error)).length === 0
        ? check.error
        : Object.keys(refused).length === 0
          ? connect.error
          : null,
    test,
    save,
    confirm: setConfirmed,
    setPassword: (value: string) => {
      setPassword(value);
      connect.reset();
    },
    /** What was found about what stood there before says nothing about this. */
    change: (change: Partial<LightningForm>) => {
      setForm((before) => changeLightningForm(before, change));
      setConfirmed(false);
      check.reset();
      connect.reset();
    },
  };
}
