import type { WalletAction, WalletPhase } from "../parts/wallet-messages.ts";

/** How a phase looks: the slip's state meanwhile, what the button does, and whether something is being waited for. */
export interface PhaseLook {
  /** Only `paying` is the slip's own "busy": money may move then, and the offer must not change any more. */
  readonly tone: "awaiting" | "paying" | "problem";
  readonly action: WalletAction;
}

export const PHASES: Readonly<Record<WalletPhase, PhaseLook>> = {
  none: { tone: "problem", action: "look" },
  noneLightning: { tone: "problem", action: "look" },
  choosing: { tone: "awaiting", action: "look" },
  connecting: { tone: "awaiting", action: "wait" },
  notConnected: { tone: "problem", action: "connect" },
  disconnected: { tone: "problem", action: "connect" },
  pending: { tone: "problem", action: "retry" },
  checking: { tone: "awaiting", action: "wait" },
  network: { tone: "awaiting", action: "switch" },
  switching: { tone: "awaiting", action: "wait" },
  notSwitched: { tone: "problem", action: "switch" },
  unknownNetwork: { tone: "problem", action: "switch" },
  poor: { tone: "problem", action: "check" },
  allowance: { tone: "awaiting", action: "allow" },
  allowing: { tone: "awaiting", action: "wait" },
  confirming: { tone: "awaiting", action: "wait" },
  notAllowed: { tone: "problem", action: "allow" },
  ready: { tone: "awaiting", action: "pay" },
  signing: { tone: "paying", action: "wait" },
  rejected: { tone: "problem", action: "pay" },
  contract: { tone: "problem", action: "retry" },
  failed: { tone: "problem", action: "retry" },
};
