/** Pieces of work, at most so many at once, begun in their order. */

/**
 * Does `work` for each item, at most `jobs` at once, and gives what came of each in the order of the items. `goOn` is asked before
 * each begins; those that are not begun give nothing. The first error ends it: what has begun is awaited, nothing more is begun.
 * @throws that error.
 */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  jobs: number,
  work: (item: Item, index: number) => Promise<Result>,
  goOn: () => boolean = () => true,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const errors: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && errors.length === 0 && goOn()) {
      const index = next++;
      const item = items[index] as Item;
      try {
        results.set(index, await work(item, index));
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  if (errors.length > 0) throw errors[0];
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
