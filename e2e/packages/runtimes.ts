import { inject } from "vitest";

const { node22 } = inject("installed");

/** Each Node that the packages promise to run on: this one, and 22 as npm ships it (`undefined`: not on this machine). */
export const runtimes: readonly { readonly name: string; readonly node: string | undefined }[] = [
  { name: `Node ${process.versions.node}`, node: process.execPath },
  { name: "Node 22", node: node22 ?? undefined },
];
