/** What an answer that is no success says of itself (RFC 9457), as far as a person is told of it. */
export interface Problem {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
}

/** The JSON object in an answer's body; empty for anything else. */
export async function readObject(answer: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    return asObject(await answer.json());
  } catch {
    return {};
  }
}

export function asObject(json: unknown): Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? { ...json } : {};
}

export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function toProblem(json: Readonly<Record<string, unknown>>): Problem {
  return {
    code: asText(json["code"]),
    title: asText(json["title"]),
    detail: asText(json["detail"]),
  };
}

/** `The quote has expired. Ask again.`; empty where it says nothing. */
export function explain({ title, detail }: Pick<Problem, "title" | "detail">): string {
  if (title === "") return "";
  return detail === "" || detail === title ? `${title}.` : `${title}. ${detail}`;
}
