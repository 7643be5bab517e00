import { z } from "zod";

// What a link could be taken for, and names that we may want for ourselves.
const reserved = new Set(
  "admin api app account assets auth billing blog content dashboard docs download embed explore favicon-ico gateway health healthz help home index internal legal library login logout mail metrics new null openapi oauth pay payments pricing privacy public readyz receipts root robots-txt security settings sign-in sign-up signin signout signup static status support system terms undefined webhooks well-known www".split(
    " ",
  ),
);

const pattern = /^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$/;
const maxLength = 63;

function isReserved(slug: string): boolean {
  // `xn--` would be read as an internationalised name once a slug is a host's label.
  return reserved.has(slug) || slug.startsWith("xn--");
}

export const slugInput = z
  .string("Write the link's name.")
  .max(200)
  .regex(pattern, "Use 3 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends.")
  .refine((slug) => !isReserved(slug), "This name is reserved: choose another one.");

/** A name from host and path that passes {@link slugInput}: `https://api.weather.example/v1/today` is `weather-v1-today`. */
export function suggestSlug(url: string): string {
  const { hostname, pathname } = new URL(url);
  const isAddress = /^[\d.]+$|^\[/.test(hostname);
  const labels = isAddress
    ? []
    : hostname
        .split(".")
        .slice(0, -1)
        .filter((label) => !["www", "api"].includes(label));
  const path = pathname.replace(/\.[a-z0-9]{1,5}$/i, "");
  const words = toWords([...labels, path].join("-"));
  const slug = words.slice(0, maxLength - 8).replace(/-+$/, "");
  if (slug.length < 3) return slug === "" ? "link" : `link-${slug}`;
  return isReserved(slug) ? `${slug.replace(/^xn--/, "")}-link` : slug;
}

/** The base with a suffix, still short enough. */
export function withSuffix(slug: string, suffix: string): string {
  return `${slug.slice(0, maxLength - suffix.length - 1).replace(/-+$/, "")}-${suffix}`;
}

function toWords(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/%[0-9a-f]{2}/g, "-")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "");
}
