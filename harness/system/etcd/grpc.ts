/**
 * What gRPC puts around messages and answers
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
 */
import type { IncomingHttpHeaders } from "node:http2";
import type { Type } from "protobufjs";
import type { WholeAnswer } from "../http2/exchange.ts";
import { decode, type Message } from "./message.ts";
import type { Reply } from "./reply.ts";

/** Before each message: whether it is compressed, and its length. */
const HEAD_BYTES = 5;
const OK = "0";

/** A message as it is sent. */
export function grpcMessage(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + message.length);
  bytes[0] = 0;
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, HEAD_BYTES);
  return bytes;
}

/** What a whole answer to a call says. Of one request there is one message. */
export function readReply({ body, headers, status }: WholeAnswer, response: Type): Reply {
  const error = errorIn(headers);
  if (error !== null) return { kind: "error", ...error };
  const whole = body.length >= HEAD_BYTES && body[0] === 0 && body.readUInt32BE(1) === body.length - HEAD_BYTES;
  const message = whole && headers["grpc-status"] === OK ? decode(response, body.subarray(HEAD_BYTES)) : null;
  return message === null ? { kind: "unreadable", status } : { kind: "answer", body: message };
}

/** The error that an answer ends with; null when it ends with none, or says nothing of it. */
export function errorIn(headers: IncomingHttpHeaders): { readonly code: number; readonly message: string } | null {
  const { "grpc-message": message, "grpc-status": code } = headers;
  if (typeof code !== "string" || code === OK || !/^\d+$/.test(code)) return null;
  return { code: Number(code), message: typeof message === "string" ? unescaped(message) : "" };
}

/** Takes the parts of a stream of messages as they come, and gives each message when it is whole; null for one that cannot be read. */
export function messageReader(response: Type): (part: Buffer) => readonly (Message | null)[] {
  let rest: Buffer = Buffer.alloc(0);
  return (part) => {
    const bytes = rest.length === 0 ? part : Buffer.concat([rest, part]);
    const messages: (Message | null)[] = [];
    let at = 0;
    while (bytes.length - at >= HEAD_BYTES) {
      const end = at + HEAD_BYTES + bytes.readUInt32BE(at + 1);
      if (bytes.length < end) break;
      messages.push(bytes[at] === 0 ? decode(response, bytes.subarray(at + HEAD_BYTES, end)) : null);
      at = end;
    }
    rest = bytes.subarray(at);
    return messages;
  };
}

/** Texts of errors have escapes for all but ASCII; one that is wrong is left as it is. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
