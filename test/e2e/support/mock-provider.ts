import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { asList, asObject, asText, parsed } from "./json.ts";
import type { JsonObject } from "./json.ts";

export interface MockProvider {
  /** What goes into a provider's `baseUrl`. */
  readonly baseUrl: string;
  /** The Authorization header of each request that came, in order; without one: "". */
  readonly authorizations: readonly string[];
  /** From now on requests with this key get 401, as from a provider where it was revoked. */
  readonly revoke: (key: string) => void;
  readonly close: () => Promise<void>;
}

/** A user text with this mark makes the model call the `exec` tool with the command in it. */
export const execMark = (command: string): string => `[[exec: ${command}]]`;

const model = "mock-large";
const usage = {
  prompt_tokens: 1200,
  completion_tokens: 34,
  total_tokens: 1234,
  prompt_tokens_details: { cached_tokens: 200 },
};

interface Reply {
  readonly message: JsonObject;
  readonly finish: "stop" | "tool_calls";
}

/** Starts a model provider on loopback that speaks as much of the OpenAI API as an agent needs. */
export async function startMockProvider(): Promise<MockProvider> {
  const authorizations: string[] = [];
  const revoked = new Set<string>();
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization ?? "");
    answer(request, response, revoked).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    authorizations,
    revoke: (key) => void revoked.add(key),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Routes one request. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  revoked: ReadonlySet<string>,
): Promise<void> {
  const body = asObject(parsed(await text(request)));
  const route = `${request.method ?? ""} ${request.url ?? ""}`;
  if (revoked.has(keyIn(request))) sendJson(response, 401, { error: { code: "invalid_api_key" } });
  else if (route === "GET /v1/models") sendJson(response, 200, { object: "list", data: [{ id: model }] });
  else if (route === "POST /v1/chat/completions") complete(response, body);
  else sendJson(response, 404, { error: { code: "not_found" } });
}

/** The key as OpenAI's or as Anthropic's clients send it. */
function keyIn(request: IncomingMessage): string {
  return request.headers.authorization?.replace(/^Bearer /, "") ?? String(request.headers["x-api-key"] ?? "");
}

/** Answers a chat completion in the form that was asked for. */
function complete(response: ServerResponse, body: JsonObject): void {
  const reply = replyTo(body);
  const head = { id: "chatcmpl-mock", created: Math.floor(Date.now() / 1000), model };
  if (body["stream"] === true) {
    stream(response, reply, { ...head, object: "chat.completion.chunk" });
    return;
  }
  const choices = [{ index: 0, message: reply.message, finish_reason: reply.finish }];
  sendJson(response, 200, { ...head, object: "chat.completion", choices, usage });
}

/** Sends the reply as server-sent events: the delta, the end, the usage. */
function stream(response: ServerResponse, reply: Reply, head: JsonObject): void {
  const chunks = [
    { choices: [{ index: 0, delta: reply.message, finish_reason: null }] },
    { choices: [{ index: 0, delta: {}, finish_reason: reply.finish }] },
    { choices: [], usage },
  ];
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const chunk of chunks) response.write(`data: ${JSON.stringify({ ...head, ...chunk })}\n\n`);
  response.end("data: [DONE]\n\n");
}

/** Calls the tool where this turn's user text asks for it and it has not run yet; else says a word. */
function replyTo(body: JsonObject): Reply {
  const turn = currentTurn(asList(body["messages"]).map(asObject));
  const done = turn.some((message) => message["role"] === "tool");
  const command = /\[\[exec: (.+?)\]\]/s.exec(userText(turn))?.[1];
  if (command === undefined || done) {
    const content = done ? "The command has run." : "A canned reply.";
    return { message: { role: "assistant", content }, finish: "stop" };
  }
  const call = { name: "exec", arguments: JSON.stringify({ command }) };
  const toolCalls = [{ index: 0, id: `call_mock_${Date.now()}`, type: "function", function: call }];
  return { message: { role: "assistant", content: null, tool_calls: toolCalls }, finish: "tool_calls" };
}

/** The messages after the last reply that ended a turn. */
function currentTurn(messages: readonly JsonObject[]): readonly JsonObject[] {
  const endsTurn = (message: JsonObject): boolean =>
    message["role"] === "assistant" && asList(message["tool_calls"]).length === 0;
  return messages.slice(messages.findLastIndex(endsTurn) + 1);
}

/** The text of all user messages, whether plain or in parts. */
function userText(messages: readonly JsonObject[]): string {
  return messages
    .filter((message) => message["role"] === "user")
    .flatMap(({ content }) =>
      typeof content === "string" ? [content] : asList(content).map((part) => asText(asObject(part)["text"])),
    )
    .join("\n");
}

function sendJson(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
