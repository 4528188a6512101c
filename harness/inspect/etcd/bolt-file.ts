/** Walks a bbolt file from its newer meta page, looks at every page that can be reached, and hands out the values of each bucket. */
import { unreadable, type FolderView, type ViewedFile } from "../folder-view.ts";
import type { Finding } from "../report.ts";
import { readBoltMeta, type BoltMeta } from "./bolt-meta.ts";
import { boltPageClaims, readBoltPage, type BoltElement } from "./bolt-page.ts";

/** Sizes of pages that bbolt looks for when the first meta page is broken (db.go, getPageSize): those of systems. */
const PAGE_SIZES = [4096, 8192, 16_384, 32_768, 65_536, 1024, 2048];
const BUCKET_HEADER_BYTES = 16;

/** Told of each key with its value, bucket by bucket, in the order of the keys. */
export type OnValue = (bucket: string, key: Buffer, value: Buffer) => void;

type OnDamage = (what: string, atByte: number | null) => void;

/** Walks the file. */
export function walkBolt(view: FolderView, file: ViewedFile, onValue: OnValue): readonly Finding[] {
  const findings: Finding[] = [];
  const damaged: OnDamage = (what, atByte) => void findings.push({ kind: "damage", file: file.name, atByte, what });
  try {
    const meta = newerMeta(view, file, findings);
    if (meta === undefined) return findings;
    if (BigInt(file.sizeBytes) < meta.pagesEnd * BigInt(meta.pageBytes)) {
      damaged(
        `is ${file.sizeBytes} bytes long; ${meta.pagesEnd} pages of ${meta.pageBytes} are in use: cut short`,
        file.sizeBytes,
      );
    }
    new Walk(view, file, meta, onValue, damaged).bucket("", meta.rootPage);
  } catch (error) {
    findings.push(unreadable(error, file.name));
  }
  return findings;
}

function newerMeta(view: FolderView, file: ViewedFile, findings: Finding[]): BoltMeta | undefined {
  const first = readBoltMeta(view.read(file.name, 0, 80));
  const sizes = typeof first === "string" ? PAGE_SIZES : [first.pageBytes];
  const seconds = sizes.map((size) => readBoltMeta(view.read(file.name, size, 80)));
  const second = seconds.find((one) => typeof one !== "string") ?? seconds[0] ?? "is cut short";
  const whole = [first, second].filter((one) => typeof one !== "string");
  for (const [page, one] of [first, second].entries()) {
    if (typeof one !== "string") continue;
    const what =
      whole.length === 0
        ? `meta page ${page} ${one}; etcd does not start`
        : `meta page ${page} ${one}: a write that a crash cut off, or damage. The other one is whole, and is taken`;
    findings.push({ kind: whole.length === 0 ? "damage" : "cannot-tell", file: file.name, atByte: null, what });
  }
  return whole.toSorted((a, b) => (a.transaction < b.transaction ? 1 : -1))[0];
}

class Walk {
  readonly #view: FolderView;
  readonly #file: ViewedFile;
  readonly #meta: BoltMeta;
  readonly #onValue: OnValue;
  readonly #damaged: OnDamage;
  readonly #seen = new Set<bigint>();

  constructor(view: FolderView, file: ViewedFile, meta: BoltMeta, onValue: OnValue, damaged: OnDamage) {
    this.#view = view;
    this.#file = file;
    this.#meta = meta;
    this.#onValue = onValue;
    this.#damaged = damaged;
  }

  /** A page and all below it. */
  bucket(name: string, page: bigint): void {
    const atByte = Number(page) * this.#meta.pageBytes;
    const elements =
      page < 2n || page >= this.#meta.pagesEnd ? "is not one of those in use" : this.#elementsOf(page, atByte);
    if (typeof elements === "string")
      this.#damaged(`page ${page} ${elements}`, page < this.#meta.pagesEnd ? atByte : null);
    else this.#take(name, elements);
  }

  #elementsOf(page: bigint, atByte: number): readonly BoltElement[] | string {
    if (this.#seen.has(page)) return "is used twice";
    this.#seen.add(page);
    const header = this.#view.read(this.#file.name, atByte, 16);
    if (header.length < 16) return "is behind the end of the file";
    const claims = boltPageClaims(header);
    if (claims.page !== page) return `says that it is page ${claims.page}`;
    if (page + BigInt(claims.pages) > this.#meta.pagesEnd) return `covers ${claims.pages} pages, more than are in use`;
    return readBoltPage(this.#view.read(this.#file.name, atByte, claims.pages * this.#meta.pageBytes));
  }

  #take(name: string, elements: readonly BoltElement[]): void {
    for (const element of elements) {
      if (element.kind === "below") this.bucket(name, element.page);
      else if (!element.isBucket) this.#onValue(name, element.key, element.value);
      else this.#nested(element.key.toString("utf8"), element.value);
    }
  }

  /** A bucket's value is its root page and a sequence; a small one has its only page right behind these, and root 0. */
  #nested(name: string, value: Buffer): void {
    if (value.length < BUCKET_HEADER_BYTES) return this.#damaged(`bucket ${name} has no root`, null);
    const root = value.readBigUInt64LE(0);
    if (root !== 0n) return this.bucket(name, root);
    const elements = readBoltPage(value.subarray(BUCKET_HEADER_BYTES));
    if (typeof elements === "string") this.#damaged(`the page within bucket ${name} ${elements}`, null);
    else this.#take(name, elements);
  }
}
