import type { ElementMessages } from "./element-messages.ts";

/** Where one purchase is shown: in the element itself, or in a dialog. */
export interface Stage {
  readonly root: ShadowRoot;
  /** What is filled. */
  readonly place: HTMLElement;
  /** Where the events come from. */
  readonly target: EventTarget;
  readonly messages: ElementMessages;
  readonly canCancel: boolean;
  /** What is bought is to be kept by this browser, where the server has that. */
  readonly keeps: boolean;
  /** Ends everything, with its reason. */
  readonly signal: AbortSignal;
  readonly cancel: () => void;
  /** There is something to show. */
  readonly open: () => void;
}
