/**
 * Part of the stream page's script: reads server-sent events (WHATWG) out of text in any chunking, and the text that is
 * meant for people out of the events of the usual model APIs. Defines `createEventReader` and `textOf`.
 */
export const eventScript = String.raw`
/** on.event(name, data) and on.comment(text), in the order of the stream; what has no end is dropped, as the standard says. */
function createEventReader(on) {
  let rest = "", first = true, skipFeed = false, name = "", lines = [];
  function line(text) {
    if (text === "") {
      if (lines.length > 0) on.event(name || "message", lines.join("\n"));
      name = "";
      lines = [];
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return on.comment(text.slice(1).replace(/^ /, ""));
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "data") lines.push(value);
    else if (field === "event") name = value;
  }
  return (chunk) => {
    if (chunk === "") return;
    if (first && chunk[0] === "\uFEFF") chunk = chunk.slice(1);
    first = false;
    // CR LF is one end of a line, also where a chunk ends between the two.
    if (skipFeed && chunk[0] === "\n") chunk = chunk.slice(1);
    if (chunk === "") return void (skipFeed = false);
    skipFeed = chunk.endsWith("\r");
    const parts = chunk.split(/\r\n|\n|\r/);
    parts[0] = rest + parts[0];
    rest = parts.pop();
    for (const part of parts) line(part);
  };
}

/** What an event's data says: pieces of text for one of several answers (index), an error, or nothing to show. */
function textOf(source) {
  if (source === "[DONE]") return { pieces: [] };
  let json;
  try { json = JSON.parse(source); } catch { json = null; }
  if (json === null || typeof json !== "object" || Array.isArray(json)) return { pieces: [[0, source + "\n"]] };
  const error = typeof json.error === "string" ? json.error : json.error && json.error.message;
  if (typeof error === "string") return { pieces: [], error };
  const type = typeof json.type === "string" ? json.type : "";
  if (Array.isArray(json.choices)) return { pieces: pick(json.choices.map(ofChoice)) };
  if (Array.isArray(json.candidates)) return { pieces: pick(json.candidates.map(ofCandidate)) };
  if (type === "content_block_delta") return { pieces: pick([[0, json.delta && json.delta.text]]) };
  if (type === "response.output_text.delta" || type === "response.refusal.delta") return { pieces: pick([[0, json.delta]]) };
  if (/^(response[.]|message_|content_block_|ping$)/.test(type) || json.usageMetadata) return { pieces: [] };
  return { pieces: [[0, source + "\n"]] };
}
function ofChoice(choice, at) {
  const delta = (choice && choice.delta) || {};
  const text = [delta.content, delta.refusal, choice && choice.text].find((one) => typeof one === "string" && one !== "");
  return [choice && Number.isSafeInteger(choice.index) ? choice.index : at, text];
}
function ofCandidate(candidate, at) {
  const parts = candidate && candidate.content && candidate.content.parts;
  const texts = (Array.isArray(parts) ? parts : []).filter((part) => part && typeof part.text === "string" && !part.thought);
  return [candidate && Number.isSafeInteger(candidate.index) ? candidate.index : at, texts.map((part) => part.text).join("")];
}
function pick(pieces) {
  return pieces.filter(([, text]) => typeof text === "string" && text !== "");
}
`;
