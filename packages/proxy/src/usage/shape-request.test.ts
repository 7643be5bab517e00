import { utf8 } from "@x402-paywall/core";
import { describe, expect, test } from "vitest";
import { shapeRequest } from "./shape-request.ts";

const chat = "/p/s/v1/chat/completions";
const responses = "/v1/responses?x=1";
const messages = "/v1/messages";
const gemini = "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse";

function shape(text: string, path: string, maxOutputTokens?: number, includeUsage = true) {
  const body = utf8(text);
  const limit = maxOutputTokens === undefined ? {} : { maxOutputTokens };
  const shaped = shapeRequest(body, { contentType: "application/json", path, includeUsage, ...limit });
  if (!shaped.changed) expect(shaped.body).toBe(body);
  return { ...shaped, text: new TextDecoder().decode(shaped.body) };
}

describe("a chat stream is asked for its usage", () => {
  test.each([
    ['{"stream":true}', '{"stream_options":{"include_usage":true},"stream":true}'],
    [
      ' {\n "messages" : [ ] ,"stream": true, "x":"\\u00fc \\" }" } \n',
      ' {"stream_options":{"include_usage":true},\n "messages" : [ ] ,"stream": true, "x":"\\u00fc \\" }" } \n',
    ],
    ['{"stream":true,"stream_options":{}}', '{"stream":true,"stream_options":{"include_usage":true}}'],
    ['{"stream_options": null ,"stream":true}', '{"stream_options": {"include_usage":true} ,"stream":true}'],
    [
      '{"stream":true,"stream_options":{"include_usage":false,"y":[{"a":1}]}}',
      '{"stream":true,"stream_options":{"include_usage":true,"y":[{"a":1}]}}',
    ],
    [
      '{"stream":true,"stream_options":{"include_obfuscation":false}}',
      '{"stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}}',
    ],
  ])("%s", (text, wanted) => {
    const shaped = shape(text, chat);
    expect(shaped.text).toBe(wanted);
    expect(shaped).toMatchObject({
      changed: true,
      askedForUsage: false,
      stream: true,
      format: "openai-chat",
    });
  });

  test.each([
    ["it asked itself", '{"stream":true,"stream_options":{"include_usage":true}}', chat],
    ["no stream", '{"messages":[]}', chat],
    ["stream is no boolean", '{"stream":"true"}', chat],
    ["options of another type", '{"stream":true,"stream_options":"all"}', chat],
    ["a member twice", '{"stream":true,"a":1,"a":2}', chat],
    ["the same member in other letters", '{"stream":true,"\\u0073tream":true}', chat],
    ["an option twice", '{"stream":true,"stream_options":{"a":1,"a":1}}', chat],
    ["no JSON", '{"stream":true,}', chat],
    ["not an object", "[]", chat],
    ["bytes that are no UTF-8", '{"stream":true}\u0000', chat],
    ["the responses API", '{"stream":true}', responses],
    ["the messages API", '{"stream":true}', messages],
    ["Gemini", '{"stream":true}', gemini],
    ["an API that is not known", '{"stream":true,"messages":[],"max_tokens":5}', "/ask"],
  ])("not where %s", (_, text, path) => {
    expect(shape(text, path)).toMatchObject({ changed: false, askedForUsage: true });
  });

  test("not where nobody wants it, nor in a form", () => {
    expect(shape('{"stream":true}', chat, undefined, false)).toMatchObject({ changed: false, stream: true });
    const wishes = { contentType: "multipart/form-data; boundary=x", path: chat, includeUsage: true };
    expect(shapeRequest(utf8('{"stream":true}'), wishes).changed).toBe(false);
    const broken = new Uint8Array([...utf8('{"stream":true,"a":"'), 0xff, ...utf8('"}')]);
    expect(shapeRequest(broken, { ...wishes, contentType: "application/json" }).body).toBe(broken);
  });
});

describe("the limit of output", () => {
  test.each([
    ["lowered", chat, '{"max_tokens": 4096}', '{"max_tokens": 100}', 100],
    [
      "both of them",
      chat,
      '{"max_tokens":200,"max_completion_tokens":300}',
      '{"max_tokens":100,"max_completion_tokens":100}',
      100,
    ],
    [
      "one of them",
      chat,
      '{"max_tokens":20,"max_completion_tokens":300}',
      '{"max_tokens":20,"max_completion_tokens":100}',
      20,
    ],
    ["not raised", chat, '{"max_tokens":99}', undefined, 99],
    ["set", chat, "{}", '{"max_tokens":100}', 100],
    [
      "set for a reasoning model",
      chat,
      '{"model":"o3-mini"}',
      '{"max_completion_tokens":100,"model":"o3-mini"}',
      100,
    ],
    [
      "set for one behind a router",
      chat,
      '{"model":"openai/gpt-5"}',
      '{"max_completion_tokens":100,"model":"openai/gpt-5"}',
      100,
    ],
    ["null is none", chat, '{"max_tokens":null}', '{"max_tokens":100}', 100],
    ["below 0 is none", chat, '{"max_tokens":-1}', '{"max_tokens":100}', 100],
    ["text is the upstream's to refuse", chat, '{"max_tokens":"9999"}', undefined, undefined],
    ["shared by n answers", chat, '{"n":3,"max_tokens":50}', '{"n":3,"max_tokens":33}', 99],
    [
      "only at the root",
      chat,
      '{"tools":[{"max_tokens":1}]}',
      '{"max_tokens":100,"tools":[{"max_tokens":1}]}',
      100,
    ],
    ["twice: left", chat, '{"max_tokens":500,"max_tokens":600}', undefined, 600],
    ["responses, lowered", responses, '{"max_output_tokens":101}', '{"max_output_tokens":100}', 100],
    ["responses, set", responses, '{"input":"x"}', '{"max_output_tokens":100,"input":"x"}', 100],
    ["Anthropic", messages, '{"max_tokens":1e4,"messages":[]}', '{"max_tokens":100,"messages":[]}', 100],
    [
      "Anthropic, above its thinking",
      messages,
      '{"max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":2048}}',
      '{"max_tokens":2049,"thinking":{"type":"enabled","budget_tokens":2048}}',
      2049,
    ],
    [
      "Gemini, set",
      gemini,
      '{"contents":[]}',
      '{"generationConfig":{"maxOutputTokens":100},"contents":[]}',
      100,
    ],
    [
      "Gemini, inserted",
      gemini,
      '{"generationConfig":{"topK":1}}',
      '{"generationConfig":{"maxOutputTokens":100,"topK":1}}',
      100,
    ],
    [
      "Gemini, lowered",
      gemini,
      '{"generationConfig":{"topK":1,"maxOutputTokens":8192 }}',
      '{"generationConfig":{"topK":1,"maxOutputTokens":100 }}',
      100,
    ],
    [
      "Gemini, other spelling",
      gemini,
      '{"generation_config":{"max_output_tokens":500}}',
      '{"generation_config":{"max_output_tokens":100}}',
      100,
    ],
    [
      "Gemini, other spelling set",
      gemini,
      '{"generation_config":{}}',
      '{"generation_config":{"max_output_tokens":100}}',
      100,
    ],
    [
      "Gemini, several candidates",
      gemini,
      '{"generationConfig":{"candidateCount":2}}',
      '{"generationConfig":{"maxOutputTokens":50,"candidateCount":2}}',
      100,
    ],
    [
      "in doubt only lowered",
      "/ask",
      '{"messages":[],"max_tokens":500}',
      '{"messages":[],"max_tokens":100}',
      100,
    ],
    ["of nothing that is known", "/ask", '{"question":"?"}', undefined, undefined],
  ])("%s", (_, path, text, wanted, maxOutput) => {
    const shaped = shape(text, path, 100);
    expect(shaped.text).toBe(wanted ?? text);
    expect(shaped.changed).toBe(wanted !== undefined);
    expect(shaped.maxOutput).toBe(maxOutput);
  });

  test("never below what an API takes", () => {
    expect(shape('{"max_output_tokens":500}', responses, 3).text).toBe('{"max_output_tokens":16}');
    expect(shape('{"n":4}', chat, 3).text).toBe('{"max_tokens":1,"n":4}');
  });

  test("together with the usage", () => {
    const shaped = shape('{"model":"m","stream":true,"max_tokens":9}', chat, 5);
    expect(shaped.text).toBe(
      '{"stream_options":{"include_usage":true},"model":"m","stream":true,"max_tokens":5}',
    );
    expect(JSON.parse(shape('{"stream":true}', chat, 5).text)).toEqual({
      stream: true,
      max_tokens: 5,
      stream_options: { include_usage: true },
    });
  });
});

test.each([
  ["/x", '{"messages":[{"role":"user","content":"x"}]}', "openai-chat", false],
  ["/x", '{"messages":[],"max_tokens":1,"system":"s","stream":true}', "anthropic", true],
  ["/x", '{"messages":[{"role":"system","content":"x"}],"max_tokens":1}', "openai-chat", false],
  ["/x", '{"messages":[{"role":"user","content":"x"}],"max_tokens":1}', undefined, false],
  ["/x", '{"contents":[]}', "gemini", false],
  ["/x", '{"input":"x","instructions":"y"}', "openai-responses", false],
  ["/x", '{"input":"x","model":"embed"}', undefined, false],
  ["/v1/completions", '{"prompt":"x","stream":true}', "openai-chat", true],
  [gemini, "{}", "gemini", true],
  ["/v1/models/g:generateContent", "{}", "gemini", false],
])("%s %s is %s", (path, text, format, stream) => {
  expect(shape(text, path)).toMatchObject({ format, stream });
});

describe("the tokens of a request", () => {
  const words = "word ".repeat(400);

  test.each([
    ["a message", { messages: [{ role: "user", content: words }] }, 504],
    ["parts of a message", { messages: [{ role: "user", content: [{ type: "text", text: words }] }] }, 504],
    ["Gemini", { contents: [{ role: "user", parts: [{ text: words }] }] }, 504],
    [
      "instructions and input",
      { instructions: words, input: words, model: words, metadata: { a: words } },
      1000,
    ],
    [
      "a picture",
      {
        messages: [
          { role: "user", content: [{ image_url: { url: `data:image/png;base64,${"A".repeat(99_999)}` } }] },
        ],
      },
      1004,
    ],
    ["tokens", { prompt: [1, 2, 3] }, 3],
    ["anything else", { question: words }, 500],
    ["other scripts by their bytes", { input: "日本語".repeat(40) }, 90],
    ["pairs of surrogates", { input: "👍".repeat(40) }, 40],
  ])("%s", (_, body, tokens) => {
    expect(shape(JSON.stringify(body), "/x").inputEstimate).toBe(tokens);
  });

  test("a body that cannot be read counts by its length; a deep one is walked", () => {
    expect(shape("x".repeat(400), chat).inputEstimate).toBe(100);
    expect(shape(`{"input":${"[".repeat(5000)}"abcd"${"]".repeat(5000)}}`, chat).inputEstimate).toBe(1);
  });
});

test("a large picture is no burden", () => {
  const text = JSON.stringify({ stream: true, messages: [{ content: "A".repeat(8_000_000) }] });
  const started = performance.now();
  expect(shape(text, chat, 10).changed).toBe(true);
  expect(performance.now() - started).toBeLessThan(2000);
});
