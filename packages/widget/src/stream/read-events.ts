/** What a stream says, in its order. What has no end is dropped, as the standard asks. */
export interface EventListeners {
  readonly event: (name: string, data: string) => void;
  readonly comment: (text: string) => void;
}

/** Reads server-sent events (WHATWG) out of text in any chunking. */
export function createEventReader(on: EventListeners): (chunk: string) => void {
  let rest = "";
  let first = true;
  let skipFeed = false;
  let name = "";
  let lines: string[] = [];
  const take = (text: string): void => {
    if (text === "") {
      if (lines.length > 0) on.event(name === "" ? "message" : name, lines.join("\n"));
      name = "";
      lines = [];
      return;
    }
    const colon = text.indexOf(":");
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    const field = colon < 0 ? text : text.slice(0, colon);
    if (field === "") on.comment(value);
    else if (field === "data") lines.push(value);
    else if (field === "event") name = value;
  };
  return (received) => {
    let chunk = received;
    if (chunk === "") return;
    if (first && chunk.startsWith("\uFEFF")) chunk = chunk.slice(1);
    first = false;
    // CR LF is one end of a line, also where a chunk ends between the two.
    if (skipFeed && chunk.startsWith("\n")) chunk = chunk.slice(1);
    skipFeed = chunk.endsWith("\r");
    const [head = "", ...tail] = chunk.split(/\r\n|\n|\r/);
    const parts = [rest + head, ...tail];
    rest = parts.pop() ?? "";
    for (const part of parts) take(part);
  };
}
