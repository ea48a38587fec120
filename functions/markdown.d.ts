/** A Markdown file is imported as its text: esbuild loads it so for the bundles, and Jest for the tests. */
declare module '*.md' {
  const text: string;
  export default text;
}
