/** What every node's member says now, asked one by one. */
import type { MemberView } from "../ledger/index.ts";
import type { ViewOptions } from "../system/index.ts";
import type { Stage } from "./stage.ts";

/** A fresh view of every node. */
export async function viewsOf(
  stage: Pick<Stage, "cluster" | "settings">,
  options: Pick<ViewOptions, "withStored"> = {},
): Promise<readonly MemberView[]> {
  const asked = { timeoutMs: stage.settings.clusterProbeTimeoutMs, ...options };
  return Promise.all(stage.cluster.nodes.map(async (node) => stage.cluster.view(node.name, asked)));
}

/** The same, with what lies in the data folders of members that tell little themselves. */
export async function closeViewsOf(stage: Pick<Stage, "cluster" | "settings">): Promise<readonly MemberView[]> {
  return viewsOf(stage, { withStored: true });
}

/**
 * Views with hashes of the data, at the lowest revision that a member has told before, so that members that hold other data
 * than the rest are found out. A member that did not answer is not asked again.
 */
export async function withHashes(
  { cluster, settings }: Pick<Stage, "cluster" | "settings">,
  views: readonly MemberView[],
): Promise<readonly MemberView[]> {
  const told = views.flatMap((view) => (view.revision === null ? [] : [BigInt(view.revision)]));
  const [first, ...rest] = told;
  if (first === undefined) return views;
  const hashAtRevision = String(rest.reduce((lowest, revision) => (revision < lowest ? revision : lowest), first));
  const options = { timeoutMs: settings.clusterProbeTimeoutMs, hashAtRevision };
  return Promise.all(views.map(async (view) => (view.answered ? cluster.view(view.node, options) : view)));
}
