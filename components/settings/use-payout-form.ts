"use client";
import { useState } from "react";
import type { StablecoinPayoutDto } from "@/lib/query/payout-dto.ts";
import type { FormErrors } from "@/lib/query/form-errors.ts";
import {
  looksSecret,
  payoutErrors,
  secretWarning,
  suggestNetworks,
  toggleNetwork,
  warningsOf,
} from "@/lib/query/payout-form.ts";
import { useConnectPayout, usePayoutInspection } from "@/lib/query/use-payouts.ts";

/** What is typed and chosen, what was found about it, and whether it can be saved. */
export function usePayoutForm(connected: StablecoinPayoutDto | null, onSaved: () => void) {
  const [address, setAddress] = useState(connected?.address ?? "");
  const [picked, setPicked] = useState<readonly string[]>();
  const [password, setPassword] = useState("");
  const [agreed, setAgreed] = useState<string>();
  const inspection = usePayoutInspection(address);
  const connect = useConnectPayout();
  const { found } = inspection;
  const chosen = found === undefined ? [] : (picked ?? suggestNetworks(found, connected));
  const warnings = found === undefined ? [] : warningsOf(found, chosen);
  // What was agreed to are these words about these networks, and no others.
  const agreement = warnings.join("\n");
  const isConfirmed = warnings.length === 0 || agreed === agreement;
  const needsPassword = found !== undefined && found.address !== connected?.address;
  const refused = payoutErrors(connect.error);
  const errors: FormErrors = {
    ...payoutErrors(inspection.error),
    ...refused,
    ...(looksSecret(address.trim()) ? { address: secretWarning } : {}),
  };
  const canSave = chosen.length > 0 && isConfirmed && (!needsPassword || password !== "");
  const save = (): void => {
    if (found === undefined || !canSave) return;
    const input = {
      address: found.address,
      networks: chosen,
      ...(needsPassword ? { password } : {}),
      ...(warnings.length > 0 ? { confirmWarnings: true } : {}),
    };
    // Refused for what the form does not show: a network went away since it was looked at.
    connect.mutate(input, { onSuccess: onSaved, onError: () => inspection.again() });
  };
  return {
    address,
    inspection,
    found,
    chosen,
    warnings,
    isConfirmed,
    needsPassword,
    password,
    errors,
    unexplained: Object.keys(refused).length === 0 ? connect.error : null,
    canSave,
    isSaving: connect.isPending,
    save,
    setPassword: (value: string) => {
      setPassword(value);
      connect.reset();
    },
    confirm: (yes: boolean) => setAgreed(yes ? agreement : undefined),
    toggle: (network: string) => {
      if (found !== undefined) setPicked(toggleNetwork(found, chosen, network));
      connect.reset();
    },
    setAddress: (value: string) => {
      setAddress(value);
      setPicked(undefined);
      setAgreed(undefined);
      connect.reset();
    },
  };
}
