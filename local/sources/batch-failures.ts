/**
 * The failures of a batch that a function reports in its response (JSON): identifiers, or `all`. As on Lambda, the
 * whole batch failed if the response cannot be read, or if an identifier is empty or not in the batch.
 */
export function reportedFailures(answer: string, identifiers: ReadonlySet<string>): ReadonlySet<string> | 'all' {
  const failures: unknown = (JSON.parse(answer) as { batchItemFailures?: unknown } | null)?.batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return 'all';
  const failed = new Set<string>();
  for (const failure of failures) {
    const identifier: unknown = failure?.itemIdentifier;
    if (typeof identifier !== 'string' || !identifiers.has(identifier)) return 'all';
    failed.add(identifier);
  }
  return failed;
}
