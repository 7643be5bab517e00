/** How an answer is shown. */
export type AnswerKind = "json" | "stream" | "text" | "html" | "image" | "file";

export function kindOf(answer: Response): AnswerKind {
  const type = (answer.headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (/^attachment\b/i.test(answer.headers.get("Content-Disposition") ?? "")) return "file";
  if (type === "text/event-stream") return "stream";
  if (/^application\/(.+\+)?json$/.test(type)) return "json";
  if (type === "text/html" || type === "application/xhtml+xml") return "html";
  if (/^image\/(png|jpeg|gif|webp|avif|svg\+xml)$/.test(type)) return "image";
  if (type.startsWith("text/") || /ndjson$|jsonl$/.test(type)) return "text";
  return "file";
}

/** What the server calls it, else the last part of its path; the browser makes a safe name of it. */
export function fileNameOf(answer: Response, url: string): string {
  const named = /filename="?([^";]+)/i.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
  return named ?? (new URL(url).pathname.split("/").at(-1) || "answer");
}

const sizes = new Intl.NumberFormat("en", {
  notation: "compact",
  style: "unit",
  unit: "byte",
  unitDisplay: "narrow",
});

/** `12KB`, `3.4MB`. */
export function formatSize(bytes: number): string {
  return sizes.format(bytes);
}
