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
  read(mapping: string, streamArn: string, shardId: string): ShardPosition;
  /** Writes at once, so that after a restart the function does not get these records again. */
  write(mapping: string, streamArn: string, shardId: string, position: ShardPosition): void;
}

function load(path: string): z.infer<typeof fileSchema> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // Without the file, streams are read from their beginning. Functions must accept a record twice anyway.
    return {};
  }
}

/** The place of each event source mapping in its stream, kept in a file between runs. A new stream begins at its beginning. */
export function openStreamPositions(path: string): StreamPositions {
  const content = load(path);
  const keyOf = (mapping: string, streamArn: string) => `${mapping} ${streamArn}`;
  return {
    read: (mapping, streamArn, shardId) => content[keyOf(mapping, streamArn)]?.[shardId] ?? {},
    write(mapping, streamArn, shardId, position) {
      const key = keyOf(mapping, streamArn);
      for (const other of Object.keys(content)) {
        if (other !== key && other.startsWith(`${mapping} `)) delete content[other];
      }
      content[key] = { ...content[key], [shardId]: position };
      // Renaming is atomic: a crash does not leave half a file.
      writeFileSync(`${path}.new`, JSON.stringify(content), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}
