const local = "[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}";
const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const pattern = new RegExp(`^${local}@(?:${label}(?:\\.${label})+|localhost)$`);

/**
 * One address in its one spelling: lower-case ASCII, so that neither case nor a look-alike letter makes a second account.
 * @returns `undefined` for anything else, lists and line breaks included
 */
export function parseEmail(text: string): string | undefined {
  const email = text.replace(/^ +| +$/g, "").toLowerCase();
  return email.length <= 254 && pattern.test(email) ? email : undefined;
}
