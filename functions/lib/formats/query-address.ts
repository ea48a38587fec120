/** What changes how much is shown, and in which form, but not what it is about. */
const ofTheAnswerOnly = ['cursor', 'format', 'limit'];

/**
 * The address of what an answer is a page of, the same for all its pages and formats.
 *
 * @param self absolute address of the answer
 * @example queryAddress('https://example.org/v1/timeline?limit=10&from=2020&format=rss') // '…/v1/timeline?from=2020'
 */
export function queryAddress(self: string): string {
  const address = new URL(self);
  for (const parameter of ofTheAnswerOnly) address.searchParams.delete(parameter);
  address.searchParams.sort();
  return address.href;
}
