/**
 * What writes a page, loaded while its content is read: a response 304 does without, and it is a fifth of the code.
 *
 * @param page the module of the page
 */
export async function writerOf<Page>(page: Promise<Page>) {
  const [{ contextOf }, { pageHeaders }, own] = await Promise.all([import('./page.ts'), import('./policy.ts'), page]);
  return { contextOf, pageHeaders, ...own };
}
