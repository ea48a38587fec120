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

/** A file to append to. When it reaches 5 MB it is renamed to `<path>.1`, which replaces an earlier one. */
export function openLogFile(path: string): LogFile {
  let stream: WriteStream | undefined;
  let bytes = 0;

  function open(): WriteStream {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    bytes = sizeOf(path);
    const opened = createWriteStream(path, { flags: 'a', mode: 0o600 });
    // A log that cannot be written must not end the system.
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
