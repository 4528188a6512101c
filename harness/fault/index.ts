/** Faults: what is broken on purpose, and the witnesses that prove it. */
export type * from "./fault.ts";
export { noFault } from "./no-fault.ts";
export { damageData, type DamageOptions } from "./damage-data.ts";
export type { DamageKind } from "./damage.ts";
export { removePausedMember, type RemoveMemberOptions } from "./remove-member.ts";
export { removedThenRestarted, type RemovedThenRestartedOptions } from "./removed-then-restarted.ts";
export { fillDisk, type FillDiskOptions } from "./fill-disk.ts";
export { fillQuota } from "./fill-quota.ts";
export { partition, type PartitionManner, type PartitionOptions } from "./partition.ts";
export { fragment, type FragmentOptions } from "./fragment.ts";
export { fallBehind, type FallBehindOptions } from "./fall-behind.ts";
export { kill, pause, type ProcessFaultOptions } from "./process-fault.ts";
export { loseDisks, loseMachines, type LossOptions } from "./lose-machines.ts";
export type { Targets, TargetWord } from "./targets.ts";
export { loseOneByOne } from "./lose-one-by-one.ts";
export { loseMajorityForGood, type LoseMajorityOptions } from "./lose-for-good.ts";
export { majorityGoesDark, type GoDarkOptions } from "./majority-goes-dark.ts";
