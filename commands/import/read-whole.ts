import { open, stat } from 'node:fs/promises';
import { CommandFailure } from '../terminal/cli.ts';

/**
 * The bytes of a file or a pipe. What is read while another program writes it could be half of a file, and would be
 * taken for all of it.
 *
 * @throws {CommandFailure} when the file was changed or replaced while it was read
 */
export async function readWhole(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const before = await file.stat({ bigint: true });
    const bytes = await file.readFile();
    if (!before.isFile()) return bytes;
    const after = await stat(path, { bigint: true }).catch(() => null);
    const isSame = after?.ino === before.ino && after.mtimeNs === before.mtimeNs && after.size === BigInt(bytes.length);
    if (isSame) return bytes;
    throw new CommandFailure(`${path} was changed while it was read. Nothing was sent. Run it again when it is whole.`);
  } finally {
    await file.close();
  }
}
