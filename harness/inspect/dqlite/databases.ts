/**
 * What is inside a dqlite snapshot: SQLite files (canonical/dqlite src/fsm.c, SNAPSHOT_HEADER and SNAPSHOT_DATABASE; src/lib/serialize.h).
 * Little-endian: 8 bytes format (1), 8 bytes number of databases; for each its name with a zero behind it, filled up to a
 * multiple of 8, 8 bytes size of the database, 8 bytes size of its WAL, and these two.
 */

/** Why the content cannot be that; undefined when its sizes fit. The databases themselves have no checksum. */
export function flawOfDatabases(content: Buffer): string | undefined {
  if (content.length < 16) return `holds ${content.length} bytes, less than its header`;
  const [format, count] = [content.readBigUInt64LE(0), content.readBigUInt64LE(8)];
  if (format !== 1n) return `holds data of the unknown format ${format}`;
  let at = 16n;
  for (let left = count; left > 0n; left--) {
    const nameEnd = at < content.length ? content.indexOf(0, Number(at)) : -1;
    const sizesAt = nameEnd === -1 ? content.length : Math.ceil((nameEnd + 1) / 8) * 8;
    if (sizesAt + 16 > content.length) return `ends within database ${count - left + 1n} of ${count}`;
    at = BigInt(sizesAt) + 16n + content.readBigUInt64LE(sizesAt) + content.readBigUInt64LE(sizesAt + 8);
    if (at > content.length) return `ends within database ${count - left + 1n} of ${count}`;
  }
  return at === BigInt(content.length)
    ? undefined
    : `holds ${BigInt(content.length) - at} bytes more than its databases`;
}
