/**
 * Disks that the harness has mounted for nodes, seen in their containers as well: it fills them and looks at them by the same paths. An
 * engine mounts only what its own mount namespace has, and the worker's mounts are in one of their own: the kernel is asked for a copy of a
 * mount, which is put into the container's namespace (open_tree(2) and move_mount(2), of Linux 5.2). It is gone with the container.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { DrillError, messageOf } from "../../core/index.ts";
import { COMMAND_PATH } from "../process/cuts.ts";

/** The disks of one run. */
export interface SharedDisks {
  /**
   * Shows all disks in all containers, since a machine's scp reaches every home folder.
   * @param init the first process of a container that is new, as this computer sees it.
   * @param disk absolute path of the folder of a disk that is new; null: there is none.
   * @param atRoot absolute path at which that container alone sees its disk as well; null: none.
   * @throws DrillError `environment` when the kernel does not do it.
   */
  show(init: number, disk: string | null, atRoot: string | null): Promise<void>;
}

/** Both numbers are the same on every architecture (the kernel's scripts/syscall.tbl); perl is on every Debian, and the engine's client cannot do it. */
const SHOW = String.raw`
my ($folder, $init, $target) = @ARGV;
my $tree = syscall(428, -100, $folder, 1); # open_tree, AT_FDCWD, OPEN_TREE_CLONE
die "open_tree: $!\n" if $tree < 0;
my $move = q{my $none = ""; syscall(429, $ARGV[0] + 0, $none, -100, $ARGV[1], 4) == 0 or die "move_mount: $!\n"}; # MOVE_MOUNT_F_EMPTY_PATH
# In the container's mounts, with this computer's files as its root: its own perl is not needed.
exec "nsenter", "--mount=/proc/$init/ns/mnt", "--root=/", "perl", "-e", $move, $tree, "/proc/$init/root$target" or die "nsenter: $!\n";
`;

/** None to begin with. */
export function sharedDisks(): SharedDisks {
  const disks: string[] = [];
  const inits: number[] = [];
  const shown = new Set<string>();
  /** One at a time: nodes may be made in parallel. */
  let last = Promise.resolve();
  const showAll = async (): Promise<void> => {
    for (const init of inits)
      for (const disk of disks) {
        if (shown.has(`${init} ${disk}`)) continue;
        await showOne(init, disk, disk);
        shown.add(`${init} ${disk}`);
      }
  };
  return {
    show: async (init, disk, atRoot) => {
      inits.push(init);
      if (disk !== null) disks.push(disk);
      await (last = last.then(showAll));
      if (disk !== null && atRoot !== null) await showOne(init, disk, atRoot);
    },
  };
}

async function showOne(init: number, disk: string, target: string): Promise<void> {
  try {
    await promisify(execFile)("perl", ["-e", SHOW, disk, String(init), target], { env: { PATH: COMMAND_PATH } });
  } catch (error) {
    const message = `the disk at ${disk} could not be shown to a container: ${messageOf(error)}`;
    throw new DrillError("environment", "provision", message, { cause: error });
  }
}
