/**
 * As much of the protobuf wire format as etcd's records need (protobuf.dev/programming-guides/encoding): numbers (wire type 0) and bytes
 * (wire type 2). Strict on purpose: a field that the message does not have, one that comes twice, or bytes left over, mean damage here.
 */

/** The fields that a message may have: number to kind. */
export type MessageShape = Readonly<Record<number, "number" | "bytes">>;

/** The fields that were there. */
export interface Message {
  /** 0 where it is not there, as protobuf has it. */
  number(field: number): bigint;
  bytes(field: number): Buffer | undefined;
}

/** The message, or undefined when the bytes are none of that shape. */
export function readMessage(bytes: Buffer, shape: MessageShape): Message | undefined {
  const numbers = new Map<number, bigint>();
  const parts = new Map<number, Buffer>();
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    if (tag === undefined || tag.value > 0xffffffffn) return undefined;
    const [field, wireType] = [Number(tag.value >> 3n), Number(tag.value & 7n)];
    if (numbers.has(field) || parts.has(field)) return undefined;
    if (shape[field] !== (wireType === 0 ? "number" : wireType === 2 ? "bytes" : "none")) return undefined;
    const value = readVarint(bytes, tag.endByte);
    if (value === undefined) return undefined;
    at = value.endByte;
    if (wireType === 0) numbers.set(field, value.value);
    else {
      if (value.value > BigInt(bytes.length - at)) return undefined;
      parts.set(field, bytes.subarray(at, at + Number(value.value)));
      at += Number(value.value);
    }
  }
  return { number: (field) => numbers.get(field) ?? 0n, bytes: (field) => parts.get(field) };
}

interface Varint {
  readonly value: bigint;
  readonly endByte: number;
}

/** 7 bits a byte, lowest first, at most 64 bits, and no longer than needed. */
function readVarint(bytes: Buffer, fromByte: number): Varint | undefined {
  let value = 0n;
  for (let at = fromByte, shift = 0n; at < bytes.length && shift < 70n; at++, shift += 7n) {
    const byte = bytes.readUInt8(at);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    const isShortest = byte !== 0 || at === fromByte;
    return isShortest && value < 1n << 64n ? { value, endByte: at + 1 } : undefined;
  }
  return undefined;
}
