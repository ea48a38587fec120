/**
 * A function that makes a value when it is first called, and returns the same one from then on. Schemas that only some
 * requests need are made this way. Otherwise a Lambda function would make hundreds of them when it starts.
 *
 * @example
 *   const citySchema = once(() => z.object({ name: z.string() }));
 *   citySchema().parse(input);
 */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
