import { BlockList, isIP } from "node:net";

/** What IANA's registries keep off the public Internet (RFC 6890 and its updates), multicast and AS112 included. */
const SPECIAL_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  // Azure's platform address answers metadata and DNS questions, and no registry knows it.
  "168.63.129.16/32",
];

/** Everything but 2000::/3, and in there protocols, tunnels and documentation. */
const SPECIAL_IPV6 = [
  "::/3",
  "4000::/2",
  "8000::/1",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "2620:4f:8000::/48",
  "3fff::/20",
];

// Two lists: Node matches a mapped IPv6 address against the rules of either family.
const specialIpv4 = createList(SPECIAL_IPV4, "ipv4");
const specialIpv6 = createList(SPECIAL_IPV6, "ipv6");
const mapped = createList(["::ffff:0:0/96"], "ipv6");

/**
 * Whether an address is on the public Internet. IPv4-mapped addresses count as the IPv4 address inside. Addresses are read
 * by the parser that connects (`node:net`), so that no two parsers can differ over what an address is.
 */
export function isPublicAddress(address: string): boolean {
  // A zone names an interface, and has no meaning beyond it.
  if (address.includes("%")) return false;
  const family = isIP(address);
  if (family === 0) return false;
  if (family === 4) return !specialIpv4.check(address, "ipv4");
  if (mapped.check(address, "ipv6")) return !specialIpv4.check(address, "ipv6");
  return !specialIpv6.check(address, "ipv6");
}

function createList(subnets: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = "", prefix] = subnet.split("/");
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}
