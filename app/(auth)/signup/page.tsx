import type { Metadata } from "next";
import { SignupForm } from "@/components/account/signup-form.tsx";

export const metadata: Metadata = { title: "Sign up" };

export default function SignupPage() {
  return <SignupForm />;
}
