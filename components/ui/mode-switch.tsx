import { SegmentLinks } from "./tab-links.tsx";
import type { ModeDto } from "@/lib/query/dto.ts";

/** LIVE or TEST, as links: which money a page is about is in its address. */
export function ModeSwitch({
  mode,
  href,
}: {
  /** `undefined`: not known yet. */
  readonly mode: ModeDto | undefined;
  readonly href: (mode: ModeDto) => string;
}) {
  return (
    <SegmentLinks
      label="Mode"
      tabs={[
        { href: href("live"), label: "LIVE", current: mode === "live" },
        { href: href("test"), label: "TEST", current: mode === "test", tone: "test" },
      ]}
    />
  );
}
