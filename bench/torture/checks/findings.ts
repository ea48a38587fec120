/** What can be wrong, each by the invariant that it breaks. */
export const findingKinds = {
  lost: 'acknowledged changes that are not in the record (1)',
  doubled: 'changes that are in the record twice, or were never asked for (1)',
  early: 'held events that were published before their time',
  gaps: 'positions that are missing (2)',
  log: 'items of the log that were changed or removed (2)',
  clock: 'publications that are not later than the one before (2)',
  timelines: 'entries that timelines lack, or should not have (3)',
  rebuild: 'differences that a rebuild made (3)',
  immutable: 'answers about the past that changed (4)',
  walks: 'walks by cursor that showed something twice or missed something (5)',
  messages: 'messages that a subscriber did not get (6)',
  messageOrder: 'messages that came out of order, or were not signed (6)',
  changes: 'changes that a filtered feed lacks, or should not have (6)',
  input: 'bad input that was not refused clearly, and good input that was refused (7)',
  access: 'requests that a key should not have been able to make (8)',
  stopped: 'followers and workers that stopped, and what was parked (9)',
  unfair: 'publications of a quiet newsroom that waited for a busy one (10)',
  redacted: 'content that was taken down and is still found (11)',
  order: 'batches that were published in another order (12)',
} as const;

export type FindingKind = keyof typeof findingKinds;

const examplesKept = 10;

/** What was found wrong: counts, and some examples of each kind. */
export class Findings {
  readonly counts = Object.fromEntries(Object.keys(findingKinds).map((kind) => [kind, 0])) as Record<
    FindingKind,
    number
  >;
  readonly examples: Partial<Record<FindingKind, string[]>> = {};
  readonly #sentences = new Map<string, FindingKind>();

  /** Adds one. The same sentence counts once. */
  add(kind: FindingKind, sentence: string): void {
    if (this.#sentences.has(sentence)) return;
    this.#sentences.set(sentence, kind);
    this.counts[kind]++;
    this.examples[kind] = [...(this.examples[kind] ?? []), sentence].slice(0, examplesKept);
  }

  /** Whether something of some kinds was found that matches a pattern, such as the id of an event. */
  names(kinds: readonly FindingKind[], what: string): boolean {
    const words = new RegExp(`${what}\\b`);
    return [...this.#sentences].some(([sentence, kind]) => kinds.includes(kind) && words.test(sentence));
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }
}
