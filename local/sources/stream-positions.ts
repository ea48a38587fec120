import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

/** How far a mapping has read a shard: the last sequence number it is done with; `closed` when nothing more will come. */
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
  /** Written at once: what comes before it is not given to the function again after a restart. */
  write(mapping: string, streamArn: string, shardId: string, position: ShardPosition): void;
}

function load(path: string): z.infer<typeof fileSchema> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // Without it the streams are read from their beginning; functions must bear seeing a record twice anyway.
    return {};
  }
}

/** Where each event source mapping has got to, kept in a file across runs. A new stream starts anew. */
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
      // Renamed into place, so that no crash leaves half a file.
      writeFileSync(`${path}.new`, JSON.stringify(content));
      renameSync(`${path}.new`, path);
    },
  };
}
