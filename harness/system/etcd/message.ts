/** Messages of etcd as plain objects, written and read by protobufjs. */
import type { Type } from "protobufjs";

/**
 * A message: its fields by name. What has its default value (0, "", false, none) may be left out. 64-bit numbers are decimal
 * strings, because they exceed 2^53; enumerated values are their names; bytes are bytes.
 */
export type Message = Readonly<Record<string, unknown>>;

/** The message's bytes. Text where bytes belong would be taken for base64: it must be made bytes before. */
export function encode(type: Type, message: Message): Uint8Array {
  return type.encode(type.fromObject(message)).finish();
}

/** Reads a message. Null when the bytes are none of this kind. */
export function decode(type: Type, bytes: Uint8Array): Message | null {
  try {
    return type.toObject(type.decode(bytes), { longs: String, enums: String });
  } catch {
    // Cut, or something else altogether.
    return null;
  }
}
