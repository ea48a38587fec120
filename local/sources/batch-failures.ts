/**
 * The failures that a function reports of a batch (its answer as JSON): identifiers, or `all`. As on Lambda, an answer that cannot be
 * read, an empty identifier, or one that is not in the batch, is a failure of the whole batch.
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
