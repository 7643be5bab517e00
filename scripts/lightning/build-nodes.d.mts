export type BuiltNodes =
  | { readonly bin: string; readonly label: string; readonly seconds: number }
  | { readonly missing: "go" | "build"; readonly why: string };

export function buildNodes(options?: { readonly background?: boolean }): Promise<BuiltNodes>;
