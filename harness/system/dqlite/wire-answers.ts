/** What the answers of one node say. Each is null when its bytes are not such an answer. */
import { BodyReader } from "./wire-fields.ts";

/** A member as a node lists it. */
export interface WireMember {
  readonly id: string;
  /** The address that it replicates at. */
  readonly address: string;
  readonly role: "voter" | "stand-by" | "spare";
}

/** A file of a dump. */
export interface DumpedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** `DQLITE_VOTER`, `DQLITE_STANDBY`, `DQLITE_SPARE` (dqlite src/protocol.h). */
const ROLES = ["voter", "stand-by", "spare"] as const;

/** The leader's id, which is null when the node knows of none (id 0, without an address). */
export function leaderIn(body: Buffer): { readonly id: string | null } | null {
  return read(() => {
    const fields = new BodyReader(body);
    const id = fields.word();
    return { id: id === 0n && fields.text() === "" ? null : String(id) };
  });
}

/** The members in the node's newest configuration. */
export function membersIn(body: Buffer): readonly WireMember[] | null {
  return read(() => {
    const fields = new BodyReader(body);
    return Array.from({ length: Number(fields.word()) }, (): WireMember => {
      const id = String(fields.word());
      const address = fields.text();
      const role = ROLES[Number(fields.word())];
      if (role === undefined) throw new RangeError("an unknown role");
      return { id, address, role };
    });
  });
}

/** The files of a database. */
export function dumpIn(body: Buffer): readonly DumpedFile[] | null {
  return read(() => {
    const fields = new BodyReader(body);
    return Array.from({ length: Number(fields.word()) }, (): DumpedFile => {
      const name = fields.text();
      const sizeBytes = fields.word();
      return { name, bytes: fields.bytes(Number(sizeBytes)) };
    });
  });
}

function read<T>(fields: () => T): T | null {
  try {
    return fields();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
