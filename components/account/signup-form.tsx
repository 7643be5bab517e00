"use client";
import Link from "next/link";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { PasswordInput } from "@/components/ui/password-input.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { checkAccount } from "@/lib/query/account-form.ts";
import { ApiError } from "@/lib/query/api-client.ts";
import { type FormErrors, errorsFromFields } from "@/lib/query/form-errors.ts";
import { useSignup } from "@/lib/query/use-account.ts";
import { useMe } from "@/lib/query/use-me.ts";

function refusal(error: Error | null): string | undefined {
  if (!(error instanceof ApiError)) return error?.message;
  if (error.code === "conflict") return "There is an account with this email already. Log in instead.";
  return error.fields.length > 0 ? undefined : error.message;
}

export function SignupForm() {
  const signup = useSignup();
  const me = useMe();
  const [form, setForm] = useState({ name: "", email: "", password: "" });
  const [typed, setTyped] = useState<FormErrors>({});
  const fields = signup.error instanceof ApiError ? errorsFromFields(signup.error.fields) : {};
  const errors = { ...fields, ...typed };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = checkAccount(form);
    setTyped(found);
    if (Object.keys(found).length > 0) return;
    signup.mutate(
      { ...form, name: form.name.trim(), email: form.email.trim() },
      { onSuccess: () => window.location.assign("/app") },
    );
  };
  const message = refusal(signup.error);
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight">Create your account</h1>
      <p className="mt-1 text-soft">
        Have one?{" "}
        <Link href="/login" className="text-accent underline underline-offset-4">
          Log in
        </Link>
      </p>
      <form onSubmit={submit} noValidate className="mt-6 flex flex-col gap-5">
        {me.data?.workspace?.anonymous && (
          <Notice tone="good">The test links you made in this browser move into your account.</Notice>
        )}
        {message !== undefined && <Notice tone="bad">{message}</Notice>}
        <Field label="Name" hint="Payers see it on the payment page." error={errors["name"]}>
          {(ids) => (
            <Input
              {...ids}
              name="name"
              autoComplete="name"
              autoFocus
              value={form.name}
              onChange={(event) => setForm({ ...form, name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Email" error={errors["email"]}>
          {(ids) => (
            <Input
              {...ids}
              type="email"
              name="email"
              autoComplete="username"
              value={form.email}
              onChange={(event) => setForm({ ...form, email: event.target.value })}
            />
          )}
        </Field>
        <Field
          label="Password"
          hint="At least 8 characters; 15 or more is better."
          error={errors["password"]}
        >
          {(ids) => (
            <PasswordInput
              {...ids}
              name="password"
              autoComplete="new-password"
              value={form.password}
              onChange={(event) => setForm({ ...form, password: event.target.value })}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" busy={signup.isPending || signup.isSuccess}>
          Create account
        </Button>
      </form>
    </>
  );
}
