/**
 * The tag of an image that is built here: a digest of what it is built from, so that an image of a changed Dockerfile is another
 * image, and one that is there under its tag need not be built again. Reads files; asks no engine.
 */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Of 64 digits: enough that no two folders of one project meet by chance. */
const TAG_DIGITS = 12;

/**
 * `drillbook/<name>:<digest>`, of each file's path, whether it may be executed, and its bytes, and of the base image.
 * What does not go into an image has no part: times, owners, the other mode bits (a clone has them as its umask says).
 *
 * @param folder with the Dockerfile and what it copies
 * @param baseId the id of the image that it is built on
 * @throws what node:fs throws when the folder cannot be read
 */
export function imageReference(name: string, folder: string, baseId: string): string {
  const hash = createHash("sha256").update(`${baseId}\n`);
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  for (const path of paths) {
    const stat = lstatSync(join(folder, path));
    if (stat.isDirectory()) continue;
    const content = stat.isSymbolicLink() ? readlinkSync(join(folder, path)) : readFileSync(join(folder, path));
    const kind = stat.isSymbolicLink() ? "link" : (stat.mode & 0o100) === 0 ? "file" : "program";
    const digest = createHash("sha256").update(content).digest("hex");
    hash.update(`${JSON.stringify([path, kind, digest])}\n`);
  }
  return `drillbook/${name}:${hash.digest("hex").slice(0, TAG_DIGITS)}`;
}
