import { expect, test } from "vitest";
import { changesIn, mountPoints } from "./changed-files.ts";

test("what the engine says of a container's files is read line by line, with names that have spaces", () => {
  expect(changesIn("C /etc\nA /etc/my file\nD /etc/passwd\n")).toEqual([
    { path: "/etc", removed: false },
    { path: "/etc/my file", removed: false },
    { path: "/etc/passwd", removed: true },
  ]);
  expect(changesIn("")).toEqual([]);
});

test("what is mounted is told from what was made", () => {
  const mountinfo = `1041 1036 0:64 / /proc rw,nosuid - proc proc rw
1056 1036 8:1 /usr/bin/env /usr/bin/env ro,relatime - ext4 /dev/sda1 rw
`;
  expect([...mountPoints(mountinfo)]).toEqual(["/proc", "/usr/bin/env"]);
});
