/** Lambda answers with 6 MB at most, counted as JSON text in JSON; what stands around a body needs little. */
export const answerLimitBytes = 5_500_000;

/**
 * The most that a page of many items takes in, counted likewise. It leaves room for a body that is compressed but becomes no smaller:
 * base64 makes it a third larger.
 */
export const pageLimitBytes = 4_000_000;

/** No character takes more room in JSON than this: a control character as `\\u0001`. */
const longestCharacterBytes = 6;

/** How many bytes a text takes within JSON. */
export const bytesInJson = (text: string): number => Buffer.byteLength(JSON.stringify(text));

/** Whether a body fits into an answer. */
export function fitsIntoAnswer(body: string): boolean {
  return body.length * longestCharacterBytes <= answerLimitBytes || bytesInJson(body) <= answerLimitBytes;
}
