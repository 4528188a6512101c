/** Writes the matrix of saboteurs and invariants into docs/track-record.md: `node scripts/record/saboteur-matrix.ts`. */
import { matrixText } from "../../fixtures/saboteurs/matrix.ts";
import { writeTrackRecord } from "./track-record.ts";

await writeTrackRecord("saboteurs", matrixText());
