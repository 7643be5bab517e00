export const endpointTabs = [
  { id: "overview", label: "Overview" },
  { id: "edit", label: "Edit" },
  { id: "share", label: "Share" },
  { id: "prices", label: "Price history" },
] as const;

export type EndpointTab = (typeof endpointTabs)[number]["id"];

export function parseTab(value: unknown): EndpointTab {
  return endpointTabs.find((tab) => tab.id === value)?.id ?? "overview";
}
