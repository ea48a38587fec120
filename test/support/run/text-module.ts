/** Turns a text file, such as a guide, into a module that exports its text, as esbuild does for the bundles. */
export default {
  process: (text: string) => ({ code: `export default ${JSON.stringify(text)};` }),
};
