/** So many are told one by one. */
const toldOneByOne = 20;

/** In what rebuilt timelines differ from those in use. */
export class Differences {
  /** How many a reader can see. */
  count = 0;
  /** How many nobody can see: they concern how much is read, not what is answered. */
  unseen = 0;
  /** The first of those that can be seen, each as a sentence. */
  readonly examples: string[] = [];

  add(sentence: string): void {
    this.count += 1;
    if (this.examples.length < toldOneByOne) this.examples.push(sentence);
  }

  addUnseen(): void {
    this.unseen += 1;
  }
}
