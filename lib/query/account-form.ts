import type { FormErrors } from "./form-errors.ts";

/** What can be said before the server is asked; the server decides. */
export function checkAccount(input: { email: string; password: string; name?: string }): FormErrors {
  const errors: Record<string, string> = {};
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$|^[^\s@]+@localhost$/.test(input.email.trim())) {
    errors["email"] = "Write your email address, such as ada@example.com.";
  }
  if (input.name !== undefined && input.name.trim() === "")
    errors["name"] = "Write the name that payers will see.";
  if (input.name !== undefined && [...input.password].length < 8)
    errors["password"] = "Use at least 8 characters; 15 or more is better.";
  if (input.name === undefined && input.password === "") errors["password"] = "Write your password.";
  return errors;
}
