import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

/** The last sequence number of a shard that a mapping has processed. `closed` if it has processed the whole shard. */
export interface ShardPosition {
  readonly after?: string | undefined;
  readonly closed?: boolean | undefined;
}

const fileSchema = z.record(
  z.string(),
  z.record(z.string(), z.object({ after: z.string().optional(), closed: z.boolean().optional() })),
);

export interface StreamPositions {
  /**
   * Names all mappings of the stack before any of them reads, so that no record counts as processed which one of them
   * has not seen. Positions of other mappings are forgotten.
   */
  expect(mappings: readonly { readonly mapping: string; readonly streamArn: string }[]): void;
  read(mapping: string, streamArn: string, shardId: string): ShardPosition;
  /** Writes at once, so that after a restart the function does not get these records again. */
  write(mapping: string, streamArn: string, shardId: string, position: ShardPosition): void;
  /**
   * The last record of each table's stream that all mappings have processed, by the name of the table; none if the
   * stack has a new mapping, which begins with the first record.
   */
  processed(mappings: readonly string[]): Map<string, number>;
}

function load(path: string): z.infer<typeof fileSchema> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // Without the file, streams are read from their beginning. Functions must accept a record twice anyway.
    return {};
  }
}

/** The table of the stream in a key. */
const tableIn = (key: string) => /:table\/([^/]+)\/stream\//.exec(key)?.[1] ?? '';

/**
 * The place of each event source mapping in its stream, kept in a file between runs. A new stream begins at its
 * beginning.
 */
export function openStreamPositions(path: string): StreamPositions {
  let content = load(path);
  const keyOf = (mapping: string, streamArn: string) => `${mapping} ${streamArn}`;

  function save(): void {
    // Renaming is atomic: a crash does not leave half a file.
    writeFileSync(`${path}.new`, JSON.stringify(content), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  return {
    expect(mappings) {
      const known = content;
      content = Object.fromEntries(
        mappings.map(({ mapping, streamArn }) => keyOf(mapping, streamArn)).map((key) => [key, known[key] ?? {}]),
      );
      save();
    },
    read: (mapping, streamArn, shardId) => content[keyOf(mapping, streamArn)]?.[shardId] ?? {},
    write(mapping, streamArn, shardId, position) {
      const key = keyOf(mapping, streamArn);
      content[key] = { ...content[key], [shardId]: position };
      save();
    },
    processed(mappings) {
      const last = new Map<string, number>();
      const known = Object.keys(content).map((key) => key.split(' ')[0]);
      if (!mappings.every((mapping) => known.includes(mapping))) return last;
      for (const [key, shards] of Object.entries(content)) {
        const table = tableIn(key);
        const numbers = Object.values(shards).map(({ after = '0' }) => Number(after));
        last.set(table, Math.min(...(numbers.length > 0 ? numbers : [0]), last.get(table) ?? Number.POSITIVE_INFINITY));
      }
      return last;
    },
  };
}
