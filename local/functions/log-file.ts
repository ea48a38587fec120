import type { WriteStream } from 'node:fs';
import { createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const maximumBytes = 5 * 1024 * 1024;

export interface LogFile {
  readonly path: string;
  write(text: string): void;
  close(): Promise<void>;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** A file to append to. When it has grown to 5 MB it becomes `<path>.1`, in place of the one before. */
export function openLogFile(path: string): LogFile {
  let stream: WriteStream | undefined;
  let bytes = 0;

  function open(): WriteStream {
    mkdirSync(dirname(path), { recursive: true });
    bytes = sizeOf(path);
    const opened = createWriteStream(path, { flags: 'a' });
    // A log that cannot be written must not take the system down with it.
    opened.on('error', () => {});
    return opened;
  }

  return {
    path,
    write(text) {
      stream ??= open();
      if (bytes > maximumBytes) {
        stream.end();
        renameSync(path, `${path}.1`);
        stream = open();
      }
      bytes += Buffer.byteLength(text);
      stream.write(text);
    },
    close() {
      return new Promise((resolve) => (stream ? stream.end(resolve) : resolve()));
    },
  };
}
