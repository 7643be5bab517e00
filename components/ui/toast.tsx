"use client";
import { Toast as Radix } from "radix-ui";
import { type ReactNode, createContext, use, useCallback, useMemo, useState } from "react";

interface ToastMessage {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "bad";
  readonly undo?: () => void;
}
type ShowToast = (message: Omit<ToastMessage, "id" | "tone"> & { readonly tone?: "plain" | "bad" }) => void;

const ToastContext = createContext<ShowToast>(() => undefined);

/** Says what was done, with Undo where it can be undone. */
export function useToast(): ShowToast {
  return use(ToastContext);
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [messages, setMessages] = useState<readonly ToastMessage[]>([]);
  const show = useCallback<ShowToast>((message) => {
    setMessages((list) => [...list.slice(-2), { tone: "plain", ...message, id: (list.at(-1)?.id ?? 0) + 1 }]);
  }, []);
  const drop = (id: number): void => setMessages((list) => list.filter((entry) => entry.id !== id));
  return (
    <ToastContext value={useMemo(() => show, [show])}>
      <Radix.Provider duration={7000} swipeDirection="down">
        {children}
        {messages.map((message) => (
          <Radix.Root
            key={message.id}
            onOpenChange={(open) => !open && drop(message.id)}
            className={`flex items-center justify-between gap-4 rounded-md px-4 py-3 shadow-slip ${
              message.tone === "bad" ? "bg-bad-soft text-bad" : "bg-ink text-paper"
            }`}
          >
            <Radix.Title className="text-sm">{message.text}</Radix.Title>
            {message.undo && (
              <Radix.Action
                altText="Undo"
                onClick={message.undo}
                className="text-sm font-semibold underline underline-offset-4"
              >
                Undo
              </Radix.Action>
            )}
          </Radix.Root>
        ))}
        <Radix.Viewport className="fixed inset-x-4 bottom-20 z-50 mx-auto flex max-w-md flex-col gap-2 sm:right-6 sm:bottom-6 sm:left-auto" />
      </Radix.Provider>
    </ToastContext>
  );
}
