/** As JSON text in JSON, as Lambda counts its 6 MB. */
const bytesPerAnswer = 5_500_000;

/** As many from the front as an answer has room for; each alone must fit. */
export function fittingAnswer<Shown extends object>(shown: readonly Shown[]): readonly Shown[] {
  let bytes = 0;
  const end = shown.findIndex((one) => {
    bytes += Buffer.byteLength(JSON.stringify(JSON.stringify(one)));
    return bytes > bytesPerAnswer;
  });
  return end < 0 ? shown : shown.slice(0, end);
}
