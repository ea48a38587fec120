const maximumExamples = 20;

/** The differences between rebuilt timelines and those in use. */
export class Differences {
  /** The number of differences that a reader can see. */
  count = 0;
  /** The number of differences that no reader can see: they change how much is read, and not the response. */
  invisible = 0;
  /** The first differences that a reader can see, each as a sentence. */
  readonly examples: string[] = [];

  add(sentence: string): void {
    this.count += 1;
    if (this.examples.length < maximumExamples) this.examples.push(sentence);
  }

  addInvisible(): void {
    this.invisible += 1;
  }
}
