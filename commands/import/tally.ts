import type { Compared } from './compare-line.ts';
import type { Line, Refusal } from './read-lines.ts';

/** The number of events of a file that were stored now and before, and the lines that were refused. */
export interface Imported {
  readonly created: number;
  readonly replayed: number;
  readonly refused: readonly Refusal[];
  /** The number of events that were corrected. Absent without a note. */
  readonly corrected?: number;
  /** The lines whose events were taken down, and which therefore are not stored again. Absent if there are none. */
  readonly redacted?: readonly number[];
}

/** Counts what becomes of lines, each as soon as it is known. */
export class Tally {
  #created = 0;
  #replayed = 0;
  #corrected: number | undefined;
  readonly #refused: Refusal[];
  readonly #redacted: number[] = [];

  /** @param refused the lines that are not sent */
  constructor(refused: readonly Refusal[], mayCorrect: boolean) {
    this.#refused = [...refused];
    if (mayCorrect) this.#corrected = 0;
  }

  get imported(): Imported {
    return {
      created: this.#created,
      replayed: this.#replayed,
      refused: this.#refused,
      ...(this.#corrected !== undefined && { corrected: this.#corrected }),
      ...(this.#redacted.length > 0 && { redacted: this.#redacted.toSorted((left, right) => left - right) }),
    };
  }

  created(): void {
    this.#created += 1;
  }

  refuse(...refused: readonly Refusal[]): void {
    this.#refused.push(...refused);
  }

  stored(compared: Compared, { number }: Line): void {
    switch (compared.outcome) {
      case 'corrected':
        this.#corrected = (this.#corrected ?? 0) + 1;
        break;
      case 'same':
        this.#replayed += 1;
        break;
      case 'redacted':
        this.#redacted.push(number);
        break;
      default:
        this.#refused.push(compared.refusal);
    }
  }
}
