/** What `inspect` found, as lines for people. */
import { isDamaged, type Comparison, type Finding, type Loss, type StoreReport } from "../inspect/index.ts";

/** Findings of one kind in one store that are shown; the rest are counted (`--json` has all). */
const MOST_FINDINGS = 10;

const WORDS: Readonly<Record<Finding["kind"], string>> = {
  damage: "DAMAGE",
  "cannot-tell": "cannot tell",
  note: "note",
};

/** The whole answer. */
export function inspectionText(stores: readonly StoreReport[], comparison: Comparison): readonly string[] {
  return [...stores.flatMap((store) => [...storeLines(store), ""]), ...verdictLines(stores, comparison)];
}

function storeLines(store: StoreReport): readonly string[] {
  const { folder, snapshots, backend } = store;
  return [
    `${folder}: ${store.store}${whose(store)}`,
    `  last entry  ${store.last === null ? "none that can be told" : `${place(store.last)}${store.lastIn === null ? "" : ` (${store.lastIn})`}`}`,
    ...(store.beyond === null ? [] : [`  beyond      ${place(store.beyond)}, behind what is missing or damaged`]),
    `  own term    ${store.currentTerm ?? "not known"}`,
    `  committed   ${store.committedAtLeast === null ? "not known" : `at least up to entry ${store.committedAtLeast}`}`,
    `  snapshots   ${snapshots.length === 0 ? "none" : snapshots.map(({ position }) => place(position)).join("; ")}`,
    ...(backend === null
      ? []
      : [
          `  database    entry ${backend.appliedIndex ?? "not known"} applied, revision ${backend.revision ?? "not known"}`,
        ]),
    ...findingLines(store.findings),
  ];
}

function whose({ store, identity: { clusterId, memberId, address } }: StoreReport): string {
  const id = (value: bigint): string => value.toString(store === "etcd" ? 16 : 10);
  return [
    memberId === null ? "" : `, member ${id(memberId)}`,
    address === null ? "" : ` at ${address}`,
    clusterId === null ? "" : `, cluster ${id(clusterId)}`,
  ].join("");
}

function findingLines(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return ["  nothing is wrong with what can be checked"];
  return (["damage", "cannot-tell", "note"] as const).flatMap((kind) => {
    const found = findings.filter((finding) => finding.kind === kind);
    const more = found.length - MOST_FINDINGS;
    return [
      ...found.slice(0, MOST_FINDINGS).map((one) => `  ${WORDS[kind]}: ${where(one)}${one.what}`),
      ...(more > 0 ? [`  ${WORDS[kind]}: ${more} more; --json has all`] : []),
    ];
  });
}

function where({ file, atByte }: Finding): string {
  if (file === null) return "";
  return `${file}${atByte === null ? "" : `, byte ${atByte}`}: `;
}

function verdictLines(stores: readonly StoreReport[], comparison: Comparison): readonly string[] {
  const { freshest, furthest, reasons, candidates, sameNames } = comparison;
  const best = stores.find(({ folder }) => folder === freshest[0]);
  const showsMore = furthest.filter((folder) => !freshest.includes(folder));
  return [
    best === undefined || best.last === null
      ? "Freshest: cannot tell."
      : `Freshest${stores.some(isDamaged) ? " without damage" : ""}: ${freshest.join(" and ")} (${place(best.last)})${freshest.length > 1 ? ", which hold the same log" : ""}.`,
    ...reasons.map((reason) => `  ${reason}.`),
    ...(best === undefined && furthest.length > 0
      ? [`  The furthest entry that can be read is in ${furthest.join(" and ")}.`]
      : []),
    ...(best !== undefined && showsMore.length > 0 ? [`  Entries beyond it are in ${showsMore.join(" and ")}.`] : []),
    ...candidates.flatMap(({ folder, loss, droppedByFreshest }) =>
      best === undefined || freshest.includes(folder)
        ? []
        : candidateLines(folder, best.folder, loss, droppedByFreshest),
    ),
    ...sameNames.map(sameNameLine),
    ...(stores.length < 2
      ? []
      : [
          "What was committed cannot be known from folders alone; the freshest of a majority of the members has all of it.",
        ]),
  ];
}

function candidateLines(folder: string, best: string, loss: Loss | null, dropped: Loss | null): readonly string[] {
  return [
    loss === null
      ? `  Choosing ${folder} instead loses: cannot tell.`
      : `  Choosing ${folder} instead: at most ${entries(loss)} would be lost${atLeast(loss)} (${loss.because}).`,
    ...(dropped === null || dropped.atMost === 0n
      ? []
      : [`  Choosing ${best} drops at most ${entries(dropped)} that only ${folder} has.`]),
  ];
}

function entries({ atMost, fromIndex, toIndex }: Loss): string {
  if (fromIndex === null || toIndex === null) return "0 entries";
  return `${atMost} ${atMost === 1n ? "entry" : "entries"} (${fromIndex === toIndex ? fromIndex : `${fromIndex} to ${toIndex}`})`;
}

function atLeast({ atMost, atLeast: least, knownCommitted }: Loss): string {
  const certain = least === 0n || least === atMost ? "" : `, at least ${least}`;
  return knownCommitted === 0n ? certain : `${certain}; ${knownCommitted} of them are known to be committed`;
}

function sameNameLine({ file, folders, entriesDiffer }: Comparison["sameNames"][number]): string {
  const [a, b] = folders;
  const differs = { true: "and other entries", false: "but the same entries, written in other batches" } as const;
  return `  ${file} has the same name in ${a} and ${b}, other content${entriesDiffer === null ? "" : `, ${differs[`${entriesDiffer}`]}`}.`;
}

function place({ term, index }: { readonly term: bigint; readonly index: bigint }): string {
  return `term ${term}, index ${index}`;
}
