/** Roles of a page that names its machines: it is about all of them, or takes the first, whatever their members say. */
import type { RoleBinder } from "./cluster.ts";

/** `node-1`, `node-2`, ...: the nodes in the order of their names, whether their members answer or not. */
export const nodesByName: RoleBinder = (views) =>
  views
    .map(({ node }) => node)
    .sort()
    .map((node, index) => ({ role: `node-${index + 1}`, node, because: `it is number ${index + 1} by name` }));
