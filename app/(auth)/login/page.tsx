import type { Metadata } from "next";
import { LoginForm } from "@/components/account/login-form.tsx";
import { safeNext } from "@/lib/query/safe-next.ts";

export const metadata: Metadata = { title: "Log in" };

export default async function LoginPage({
  searchParams,
}: {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}) {
  const { next } = await searchParams;
  return <LoginForm next={safeNext(typeof next === "string" ? next : undefined)} />;
}
