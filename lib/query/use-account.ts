"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { signIn, signOut } from "next-auth/react";
import { ApiError, api } from "./api-client.ts";
import type { MeDto } from "./dto.ts";

export interface LoginInput {
  readonly email: string;
  readonly password: string;
}

export interface SignupInput extends LoginInput {
  readonly name: string;
}

async function login(input: LoginInput): Promise<void> {
  const result = await signIn("credentials", { ...input, redirect: false });
  if (result?.ok && !result.error) return;
  if (/too many/i.test(result?.error ?? "")) {
    throw new ApiError({
      code: "rate_limited",
      status: 429,
      message: "Too many attempts. Wait a minute, then try again.",
      retryable: true,
    });
  }
  if (result?.error !== "CredentialsSignin") {
    throw new ApiError({
      code: "internal",
      status: 503,
      message: "Signing in does not work just now. Try again in a minute.",
      retryable: true,
    });
  }
  throw new ApiError({
    code: "unauthorized",
    status: 401,
    // The same words whether the account exists or not.
    message: "This email and password do not match. Check both, or create an account.",
    retryable: false,
  });
}

/** A new session sees other data: nothing of the old one may stay in the cache. */
export function useLogin() {
  const client = useQueryClient();
  return useMutation({ mutationFn: login, onSuccess: () => client.clear() });
}

/** Creates the account, which takes over the anonymous workspace of this browser, and signs in. */
export function useSignup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (input: SignupInput) => {
      await api.post<MeDto>("/signup", input);
      await login({ email: input.email, password: input.password });
    },
    onSuccess: () => client.clear(),
  });
}

export function useLogout() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => signOut({ redirect: false }),
    onSuccess: () => client.clear(),
  });
}
