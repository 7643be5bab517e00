/** Names that resolve to whatever address is written in them, or to loopback: made for reaching what they should not. */
const REBINDING = [
  "sslip.io",
  "nip.io",
  "xip.io",
  "xip.name",
  "localtest.me",
  "lvh.me",
  "lacolhost.com",
  "vcap.me",
  "1u.ms",
  "rbndr.us",
  "rebind.network",
  "rebind.it",
  "nip.sh",
  "traefik.me",
  "backname.io",
  "local-ip.co",
  "local-ip.sh",
  "localhost.direct",
  "lndo.site",
  "ddev.site",
  "127-0-0-1.org.uk",
  "burpcollaborator.net",
  "oastify.com",
];

/** Names of networks that are not the Internet: RFC 6761, RFC 8375, clouds and clusters. */
const INTERNAL = [
  "localhost",
  "local",
  "localdomain",
  "internal",
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "svc",
  "cluster",
  "consul",
  "docker",
  "arpa",
  "test",
  "example",
  "invalid",
  "onion",
  "alt",
];

const DENIED = [...REBINDING, ...INTERNAL];

/** Whether a lower-case DNS name is one that no public API can have. */
export function isDeniedName(hostname: string): boolean {
  if (!hostname.includes(".") || hostname.endsWith(".")) return true;
  return DENIED.some((suffix) => hostname === suffix || hostname.endsWith(`.${suffix}`));
}
