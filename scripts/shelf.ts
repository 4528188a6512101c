/** Writes the table of the known-defect shelf into docs/track-record.md. */
import { shelfTable } from "./record/shelf.ts";
import { writeTrackRecord } from "./record/track-record.ts";

await writeTrackRecord("shelf", await shelfTable());
