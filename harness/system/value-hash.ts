/** The one way in which a value becomes the hash that the ledger keeps of it: whoever writes and whoever reads back must agree. */
import { hash } from "node:crypto";

/** The first 32 hexadecimal digits of the sha256 of the value's UTF-8 bytes. */
export function hashValue(value: string | Uint8Array): string {
  return hash("sha256", value, "hex").slice(0, 32);
}
