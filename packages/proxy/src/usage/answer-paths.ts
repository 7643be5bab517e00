import { compilePaths } from "./path-node.ts";
import type { PathNode, PathSpec } from "./path-node.ts";

// Exact paths, not names: a tool's schema or arguments may hold a member `usage` too, and the payer chooses those.

const text: PathSpec = { text: true };
const count = (name: string): PathSpec => ({ count: name });
const counts = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, count(name)]));

const usageMembers: Readonly<Record<string, PathSpec>> = {
  ...counts("prompt_tokens", "completion_tokens", "total_tokens", "prompt_cache_hit_tokens"),
  ...counts("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"),
  prompt_tokens_details: { members: { cached_tokens: count("prompt_cached") } },
  input_tokens_details: { members: { cached_tokens: count("input_cached") } },
  cost: count("cost"),
};
const usage: PathSpec = { usage: "report", members: usageMembers };

const calledFunction: PathSpec = { members: { name: text, arguments: text } };

/** `delta` of a chunk and `message` of a whole answer. `reasoning_details` repeats `reasoning`. */
const chatMessage: PathSpec = {
  members: {
    content: { text: true, items: { members: { text } } },
    refusal: text,
    reasoning: text,
    reasoning_content: text,
    tool_calls: { items: { members: { function: calledFunction } } },
    function_call: calledFunction,
  },
};

/** The events `…done` of the Responses API repeat at other places what its `…delta` brought: those are not here. */
const responsesOutput: PathSpec = {
  known: true,
  items: {
    members: {
      name: text,
      arguments: text,
      input: text,
      content: { items: { members: { text, refusal: text } } },
      summary: { items: { members: { text } } },
    },
  },
};

const geminiPart: PathSpec = {
  members: {
    text,
    functionCall: { members: { name: text, args: { written: true } } },
    executableCode: { members: { code: text } },
  },
};

const answer: PathSpec = {
  members: {
    usage,
    usageMetadata: {
      usage: "report",
      members: {
        ...counts("promptTokenCount", "cachedContentTokenCount", "toolUsePromptTokenCount"),
        ...counts("candidatesTokenCount", "thoughtsTokenCount"),
      },
    },
    choices: {
      known: true,
      choices: "list",
      items: { choices: "item", members: { text, delta: chatMessage, message: chatMessage } },
    },
    // Responses: a string. Anthropic: an object.
    delta: { text: true, known: true, members: { text, thinking: text, partial_json: text } },
    content_block: { known: true, members: { text, name: text } },
    content: {
      text: true,
      known: true,
      items: { members: { text, thinking: text, name: text, input: { written: true } } },
    },
    message: { known: true, text: true, members: { usage: { ...usage, usage: "start" }, content: text } },
    response: { known: true, text: true, members: { usage } },
    output: responsesOutput,
    candidates: {
      known: true,
      items: { members: { content: { members: { parts: { items: geminiPart } } } } },
    },
    error: { known: true },
    promptFeedback: { known: true },
  },
};

/** Where usage and text lie in the answers of all formats; at the root also as items of an array (Gemini's stream). */
export const answerPaths: PathNode = compilePaths({ ...answer, items: answer });
