import { html } from "../parts/html.ts";
import type { ElementMessages } from "./element-messages.ts";
import { adoptStyle } from "./element-style.ts";
import { setHtml } from "./set-html.ts";

export interface DialogOptions {
  readonly messages: ElementMessages;
  /** Whether it may be closed by ESC or beside it; its button always does. */
  readonly mayClose: () => boolean;
  readonly onClose: () => void;
}

export interface PayDialog {
  readonly root: ShadowRoot;
  readonly place: HTMLElement;
  readonly target: EventTarget;
  readonly open: () => void;
  readonly close: () => void;
}

/** A modal dialog in a shadow root at the end of the page. The browser holds the focus inside, and gives it back. */
export function openDialog({ messages, mayClose, onClose }: DialogOptions): PayDialog {
  const host = document.createElement("x402-paywall-dialog");
  const root = host.attachShadow({ mode: "open" });
  adoptStyle(root);
  setHtml(
    root,
    html`<dialog part="dialog" aria-label="${messages.payment}">
      <button class="close" id="close" type="button" aria-label="${messages.close}">×</button>
      <div class="sheet" id="place" tabindex="-1"></div>
    </dialog>`,
  );
  const dialog = root.querySelector("dialog");
  const place = root.getElementById("place");
  if (dialog === null || place === null) throw new TypeError("No dialog");
  const close = () => {
    if (!host.isConnected) return;
    dialog.close();
    host.remove();
  };
  const leave = (event: Event) => {
    event.preventDefault();
    if (event.type !== "click" && !mayClose()) return;
    close();
    onClose();
  };
  root.getElementById("close")?.addEventListener("click", leave);
  dialog.addEventListener("cancel", leave);
  dialog.addEventListener("mousedown", (event) => event.target === dialog && leave(event));
  // Chromium closes at the second ESC, whatever the first one's listener says.
  dialog.addEventListener("close", () => host.isConnected && (host.remove(), onClose()));
  const open = () => {
    if (host.isConnected) return;
    document.body.append(host);
    dialog.showModal();
    // What is sold is read first, not the name of the closing button.
    place.focus();
  };
  return { root, place, target: host, open, close };
}
