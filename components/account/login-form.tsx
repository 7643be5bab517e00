"use client";
import Link from "next/link";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { PasswordInput } from "@/components/ui/password-input.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { checkAccount } from "@/lib/query/account-form.ts";
import type { FormErrors } from "@/lib/query/form-errors.ts";
import { useLogin } from "@/lib/query/use-account.ts";

export function LoginForm({ next }: { readonly next: string }) {
  const login = useLogin();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<FormErrors>({});
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = checkAccount({ email, password });
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    // A whole navigation: the server then sees the new session.
    login.mutate({ email: email.trim(), password }, { onSuccess: () => window.location.assign(next) });
  };
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight">Log in</h1>
      <p className="mt-1 text-soft">
        New here?{" "}
        <Link href="/signup" className="text-accent underline underline-offset-4">
          Create an account
        </Link>
      </p>
      <form onSubmit={submit} noValidate className="mt-6 flex flex-col gap-5">
        {login.error && <Notice tone="bad">{login.error.message}</Notice>}
        <Field label="Email" error={errors["email"]}>
          {(ids) => (
            <Input
              {...ids}
              type="email"
              name="email"
              autoComplete="username"
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field label="Password" error={errors["password"]}>
          {(ids) => (
            <PasswordInput
              {...ids}
              name="password"
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" busy={login.isPending || login.isSuccess}>
          Log in
        </Button>
      </form>
    </>
  );
}
