"use client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ToastProvider } from "@/components/ui/toast.tsx";
import { ApiError } from "@/lib/query/api-client.ts";

/** Only what may succeed without a change is asked again, twice. */
function shouldRetry(count: number, error: Error): boolean {
  return error instanceof ApiError && error.retryable && count < 2;
}

export function AppProviders({ children }: { readonly children: ReactNode }) {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: shouldRetry, staleTime: 5000 } } }),
  );
  return (
    <QueryClientProvider client={client}>
      <ToastProvider>{children}</ToastProvider>
    </QueryClientProvider>
  );
}
