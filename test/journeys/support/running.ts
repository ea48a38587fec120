import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';

/** Whether anybody listens at an address. */
export function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** The processes that name a folder in their command line, as the engine of a system does with its data folder. */
export async function processesOn(folder: string): Promise<string[]> {
  // Elsewhere than on Linux the engine's address, which nobody answers any more, has to do.
  if (!existsSync('/proc/self/cmdline')) return [];
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commandLines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return commandLines.filter((line) => line.includes(folder)).map((line) => line.replaceAll('\0', ' '));
}
