/**
 * The hash of a member's data for versions whose JSON gateway has no path for it: the first ones of 3.5 bind it to the one of another
 * call (`/v3/maintenance/hash`, rpc.proto). One gRPC call by hand, since nothing else needs gRPC here.
 */
import { connect } from "node:http2";
import type { StateHash } from "../../ledger/index.ts";
import type { GatewayOptions } from "./gateway.ts";

const CALL = "/etcdserverpb.Maintenance/HashKV";
/** Before each message of a stream: whether it is compressed, and its length. */
const FRAME_BYTES = 5;

/** Asks for the hash of the data up to `revision`, once; null for anything but a whole answer in time. Never throws. */
export async function hashByGrpc(
  { clientUrl, credentials }: GatewayOptions,
  revision: string,
  timeoutMs: number,
): Promise<StateHash | null> {
  const answer = await call(clientUrl, credentials, hashRequest(BigInt(revision)), timeoutMs);
  return answer === null ? null : hashIn(answer, revision);
}

async function call(
  clientUrl: string,
  secureContext: GatewayOptions["credentials"],
  message: Buffer,
  timeoutMs: number,
): Promise<Buffer | null> {
  const session = connect(clientUrl, { secureContext });
  const done = Promise.withResolvers<Buffer | null>();
  const giveUp = (): void => done.resolve(null);
  const timer = setTimeout(giveUp, timeoutMs);
  session.on("error", giveUp);
  const stream = session.request({
    ":method": "POST",
    ":path": CALL,
    "content-type": "application/grpc",
    te: "trailers",
  });
  const parts: Buffer[] = [];
  let ok = false;
  stream.on("error", giveUp);
  stream.on("trailers", (trailers) => (ok = trailers["grpc-status"] === "0"));
  stream.on("data", (part: Buffer) => void parts.push(part));
  stream.on("end", () => done.resolve(ok ? messageIn(Buffer.concat(parts)) : null));
  const head = Buffer.alloc(FRAME_BYTES);
  head.writeUInt32BE(message.length, 1);
  stream.end(Buffer.concat([head, message]));
  const answer = await done.promise;
  clearTimeout(timer);
  session.destroy();
  return answer;
}

/** The one message of an answer; null when it is compressed or not whole. */
function messageIn(frames: Buffer): Buffer | null {
  if (frames.length < FRAME_BYTES || frames[0] !== 0) return null;
  const message = frames.subarray(FRAME_BYTES);
  return frames.readUInt32BE(1) === message.length ? message : null;
}

/** `HashKVRequest`: the revision is field 1. */
function hashRequest(revision: bigint): Buffer {
  const bytes = [0x08];
  for (let rest = revision; ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}

/** `HashKVResponse`: the hash is field 2, the compact revision field 3; what is 0 is left out. Null when it cannot be read. */
export function hashIn(message: Buffer, revision: string): StateHash | null {
  const numbers = new Map<number, bigint>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError("the message ends within a number");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError("a number is too long");
  };
  try {
    while (at < message.length) {
      const key = Number(varint());
      if ((key & 7) === 0) numbers.set(key >> 3, varint());
      else if ((key & 7) === 2) {
        // Read before `at` is, which reading moves.
        const length = Number(varint());
        at += length;
      } else return null;
    }
  } catch {
    return null;
  }
  if (at !== message.length) return null;
  return {
    revision,
    compactRevision: String(BigInt.asIntN(64, numbers.get(3) ?? 0n)),
    hash: String(numbers.get(2) ?? 0n),
  };
}
