import { InvalidInput } from './input/errors.ts';
import type { Revision } from './revision.ts';

const shortestWord = 3;

/**
 * Words that a note may share with any text: they name nobody. Of two letters or fewer are none compared.
 */
const commonWords = new Set(
  `about above after again against all also and another any are asked asking because been before being between both but case come
complaint confirmed content correct correction could court day decision did does down due during each earlier editor editors event
events every few first following for from further get given had has have having head her here hers him his how identity information
into its judge judgment just law legal made make may more most must name named names new news newsroom not now off one only order
ordered other our out over own paragraph part passage people person persons police private privacy protect protection public
published publication publish quote ready reason redacted redaction removal remove removed report reported request requested
required respect revision revisions right rights ruling safety same second sentence several she should since some source sources
statement still story such taken text than that the their them then there these they third this those three through time two under
until upon use used very was were what when where which while who whose why will with within without witness would you your`.split(
    /\s+/,
  ),
);

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) yield* textsIn(member);
}

/** The words of a text that may name somebody or something, folded to compare them. */
function tellingWords(text: string): Set<string> {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return new Set(words.filter((word) => [...word].length >= shortestWord && !commonWords.has(word)));
}

/** Finds the words of a note that repeat what is taken down. It is given the revisions that are. */
export class NoteReview {
  readonly #words: ReadonlySet<string>;
  readonly #repeated = new Set<string>();

  constructor(note: string) {
    this.#words = tellingWords(note);
  }

  /** Whether another revision makes no difference: the note repeats all of its words that are compared, or has none. */
  get isDecided(): boolean {
    return this.#words.size === this.#repeated.size;
  }

  /**
   * Compares the note with a revision that is taken down: with its event, the id that its newsroom gave it, and its own
   * note.
   */
  compare({ event, note = '' }: Revision): void {
    if (this.isDecided) return;
    const { id, data } = event;
    this.compareText([...textsIn({ id, data, note })].join('\n'));
  }

  /** Compares the note with another text that is taken down, such as the slug of a story. */
  compareText(text: string): void {
    const words = tellingWords(text);
    for (const word of this.#words) if (words.has(word)) this.#repeated.add(word);
  }

  /** @throws {InvalidInput} naming the words that the note repeats */
  assertRepeatsNothing(): void {
    if (this.#repeated.size === 0) return;
    const words = [...this.#repeated].map((word) => `"${word}"`).join(', ');
    const detail = `Repeats words of what it takes down: ${words}. The note stays public. Use other words, or send "confirmNote": true to keep it.`;
    throw new InvalidInput([{ pointer: '/note', detail }]);
  }
}
