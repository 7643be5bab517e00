/** Header fields as they go over the wire, in order; names keep their case, repeated names repeat. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** The value of the first field of that name (any case). */
export function findHeader(headers: HeaderList, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find(([field]) => field.toLowerCase() === wanted)?.[1];
}

/** The values of all fields of that name (any case), in order. */
export function listHeaders(headers: HeaderList, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([field]) => field.toLowerCase() === wanted).map(([, value]) => value);
}
