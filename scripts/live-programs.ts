/**
 * Before the live tests: finds or makes the external programs, so that a build counts in no test's time, and says loudly
 * when there are none. The tests themselves skip with that reason (`fixtures/live.ts`).
 */
import { resolvePrograms } from "../harness/tools/index.ts";

export default async function setup(): Promise<void> {
  try {
    await resolvePrograms(["etcd", "etcdctl", "etcdutl"], { progress: (line) => process.stderr.write(`${line}\n`) });
  } catch (error) {
    process.stderr.write(`LIVE TESTS WILL BE SKIPPED. ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
