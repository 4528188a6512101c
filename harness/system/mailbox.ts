/** What is put in is taken out in the same order, by one who waits for it. */
export class Mailbox<T> {
  readonly #kept: T[] = [];
  #wake: (() => void) | null = null;

  put(one: T): void {
    this.#kept.push(one);
    this.#wake?.();
  }

  async take(): Promise<T> {
    for (;;) {
      const one = this.#kept.shift();
      if (one !== undefined) return one;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
