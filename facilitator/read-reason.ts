/** The code at the beginning of what a scheme says; what follows it may repeat URLs and requests. */
export function readReason(text: string | undefined): string {
  return /^[a-z0-9]{1,20}(_[a-z0-9]{1,20}){1,10}(?=$|:)/.exec(text ?? "")?.[0] ?? "unspecified";
}
