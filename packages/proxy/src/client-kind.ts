import type { HeaderList } from "@x402-paywall/core";
import { findHeader } from "@x402-paywall/core";
import { prefersHtml } from "./accept-header.ts";
import type { RequestEvent } from "./store.ts";

const SCANNER =
  /bot|crawl|spider|scan|nuclei|nikto|nmap|masscan|zgrab|censys|shodan|expanse|uptime|monitor|pingdom|facebookexternalhit/;

/**
 * Who is asking, by what the headers say: only to keep three kinds of visitors apart in the funnel. Nothing is decided
 * by it.
 */
export function classifyClient(headers: HeaderList, hasCredential: boolean): RequestEvent["client"] {
  const agent = findHeader(headers, "user-agent")?.slice(0, 300).toLowerCase();
  const page = agent?.startsWith("mozilla/") === true && prefersHtml(findHeader(headers, "accept"));
  if (hasCredential) return page ? "person" : "agent";
  if (agent === undefined || SCANNER.test(agent)) return "scanner";
  return page ? "person" : "agent";
}
