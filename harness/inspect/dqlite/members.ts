/**
 * The members as dqlite writes them into a snapshot's `.meta` and into entries that change them (canonical/raft
 * src/configuration.c): a format byte (1), the number of servers in 8 bytes, and for each its id in 8 bytes, its address with a
 * zero behind it, and its role in one byte (0 stand-by, 1 voter, 2 spare). Zeros up to a multiple of 8.
 */
import type { StoredServer } from "../report.ts";

const FORMAT = 1;
const HIGHEST_ROLE = 2;

/** The members; undefined when the bytes are none. */
export function readMembers(bytes: Buffer): readonly StoredServer[] | undefined {
  if (bytes.length < 9 || bytes.readUInt8(0) !== FORMAT) return undefined;
  const count = bytes.readBigUInt64LE(1);
  const servers: StoredServer[] = [];
  let at = 9;
  for (let left = count; left > 0n; left--) {
    const addressEnd = bytes.indexOf(0, at + 8);
    if (at + 8 > bytes.length || addressEnd === -1 || addressEnd + 1 >= bytes.length) return undefined;
    if (bytes.readUInt8(addressEnd + 1) > HIGHEST_ROLE) return undefined;
    servers.push({ id: bytes.readBigUInt64LE(at), address: bytes.toString("utf8", at + 8, addressEnd) });
    at = addressEnd + 2;
  }
  return servers;
}
