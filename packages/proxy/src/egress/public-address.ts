import ipaddr from "ipaddr.js";

/** Azure's platform address answers metadata and DNS questions, and no list of ranges knows it. */
const DENIED = new Set(["168.63.129.16"]);
const GLOBAL_UNICAST = ipaddr.IPv6.parse("2000::");

/**
 * Whether an address is on the public Internet: IPv4 `unicast` (nothing private, shared, documented or reserved), IPv6
 * within 2000::/3 and `unicast` there (no tunnels). IPv4-mapped addresses count as the IPv4 address inside.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return false;
  // A zone names an interface; `::8.8.8.8` is a form without a network, which the parser would take for a mapped one.
  if (address.includes("%") || /^::\d+\./.test(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== "unicast" || DENIED.has(parsed.toString())) return false;
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL_UNICAST, 3);
}
