/** Whose address it is, as far as an address says: an IPv6 customer holds a whole /64, so each of its addresses is one. */
export function addressBlock(address: string): string {
  const bare = address.replace(/%.*$/, "");
  const isIpv6 = bare.includes(":");
  const url = `http://${isIpv6 ? `[${bare}]` : address}`;
  if (!/^[\da-fx:.]+$/i.test(bare) || !URL.canParse(url)) return address;
  // The platform's parser knows every spelling of an address and writes one: hexadecimal groups, the longest zeros as `::`.
  const { hostname } = new URL(url);
  if (!isIpv6) return /^\d+(\.\d+){3}$/.test(hostname) ? hostname : address;
  const groups = expandGroups(hostname.slice(1, -1));
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join(".");
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16).padStart(4, "0"))
    .join("")}/64`;
}

function expandGroups(canonical: string): readonly number[] {
  const [head = "", tail] = canonical.split("::");
  const before = readGroups(head);
  if (tail === undefined) return before;
  const after = readGroups(tail);
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

function readGroups(text: string): readonly number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}
