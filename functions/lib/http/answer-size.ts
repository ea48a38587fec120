/**
 * Lambda answers with 6 MB at most, counted as JSON text within JSON. The rest of an answer, beside the body, is small.
 */
export const answerLimitBytes = 5_500_000;

/**
 * The most that a page of many items takes, counted likewise. It leaves room for a body that is compressed but becomes
 * no smaller: base64 makes it a third larger.
 */
export const pageLimitBytes = 4_000_000;

/** No character takes more bytes in JSON than this: a control character as `\\u0001`. */
const longestCharacterBytes = 6;

/** The bytes that a text takes within JSON. */
export const bytesInJson = (text: string): number => Buffer.byteLength(JSON.stringify(text));

/** As many bytes as a text can take within JSON. It is known without writing the text. */
export const mostBytesInJson = (text: string): number => text.length * longestCharacterBytes;

/** Whether a body fits into an answer. */
export const fitsIntoAnswer = (body: string): boolean =>
  mostBytesInJson(body) <= answerLimitBytes || bytesInJson(body) <= answerLimitBytes;

/** The first items of a list, by their JSON texts, that an answer has room for; each alone must fit. */
export function fittingTexts<Item>(items: readonly Item[], textOf: (item: Item) => string): readonly Item[] {
  let bytes = 0;
  const end = items.findIndex((item) => {
    bytes += bytesInJson(textOf(item));
    return bytes > answerLimitBytes;
  });
  return end < 0 ? items : items.slice(0, end);
}

/** The first items of a list that an answer has room for; each alone must fit. */
export const fittingAnswer = <Item extends object>(items: readonly Item[]): readonly Item[] =>
  fittingTexts(items, (item) => JSON.stringify(item));

/**
 * Writes a page of many items with as many of them as fit into an answer, half of them each time: how large they are as
 * text is known only when it is written.
 *
 * @param most how many items to begin with
 * @param write the page with so many of them
 */
export async function fittingPage(most: number, write: (count: number) => string | Promise<string>): Promise<string> {
  for (let count = most; ; count = Math.ceil(count / 2)) {
    const page = await write(count);
    if (count <= 1 || fitsIntoAnswer(page)) return page;
  }
}
