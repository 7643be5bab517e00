interface Preference {
  readonly method: string;
  readonly intent: string;
  readonly quality: number;
}

/**
 * `Accept-Payment: lightning/charge, stripe/*;q=0.5` filters offers and orders them by quality, stable among equals. It
 * is ignored where it matches nothing: a payer who asked for too much still learns what there is.
 */
export function orderByAcceptPayment<T extends { readonly method: string; readonly intent: string }>(
  offers: readonly T[],
  accept: string | undefined,
): readonly T[] {
  const preferences = parseAcceptPayment(accept ?? "");
  const ranked = offers
    .map((offer) => ({ offer, quality: rate(offer, preferences) }))
    .filter((entry) => entry.quality > 0)
    .toSorted((left, right) => right.quality - left.quality);
  return ranked.length === 0 ? offers : ranked.map((entry) => entry.offer);
}

/** Entries that do not follow the grammar are skipped. */
function parseAcceptPayment(value: string): readonly Preference[] {
  return value.split(",").flatMap((entry) => {
    const match =
      /^([a-z0-9-]+|\*)\/([a-z0-9-]+|\*)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i.exec(
        entry.trim(),
      );
    if (!match) return [];
    const [, method = "", intent = "", quality = "1"] = match;
    return [{ method: method.toLowerCase(), intent: intent.toLowerCase(), quality: Number(quality) }];
  });
}

/** The most specific entry decides, as for `Accept`. */
function rate(
  offer: { readonly method: string; readonly intent: string },
  preferences: readonly Preference[],
): number {
  const specificity = (entry: Preference) => (entry.method === "*" ? 0 : 2) + (entry.intent === "*" ? 0 : 1);
  const matching = preferences.filter(
    (entry) => [offer.method, "*"].includes(entry.method) && [offer.intent, "*"].includes(entry.intent),
  );
  return matching.toSorted((left, right) => specificity(right) - specificity(left))[0]?.quality ?? 0;
}
