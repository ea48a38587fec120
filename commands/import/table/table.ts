/** A row of a table, with the line on which it begins. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A table with names of columns. Each row has as many cells as there are columns. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly Row[];
}

/** What is wrong in a table, and where. Without a column, it is about the whole row. */
export interface Problem {
  readonly line: number;
  readonly column?: string;
  readonly detail: string;
}

/** A table that cannot be imported. All its problems are counted, and the first ones are listed. */
export class InvalidTable extends Error {
  override readonly name = 'InvalidTable';
  readonly problems: readonly Problem[];
  readonly count: number;

  constructor(problems: readonly Problem[], count = problems.length) {
    super(problems[0]?.detail);
    this.problems = problems;
    this.count = count;
  }
}

/** So many problems are listed: a table with more has the same one in most of its rows. */
const maximumProblems = 50;

/** Collects the problems of a table. */
export class Problems {
  readonly #listed: Problem[] = [];
  #count = 0;

  add(problem: Problem): void {
    this.#count += 1;
    if (this.#listed.length < maximumProblems) this.#listed.push(problem);
  }

  /** @throws {InvalidTable} when there are any */
  throwIfAny(): void {
    if (this.#count > 0) throw new InvalidTable(this.#listed, this.#count);
  }
}
