/** The text of a body, at most so many bytes of it; the rest is not waited for. */
export async function readUpTo(response: Response, most: number): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  for (let length = 0; length < most;) {
    // oxlint-disable-next-line no-await-in-loop -- a stream is read in order
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  // Not waited for: of a cloned body it ends only when the other half does.
  void reader.cancel();
  return Buffer.concat(chunks).subarray(0, most).toString();
}
