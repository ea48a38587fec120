import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const runningSystemSchema = z.object({
  pid: z.number(),
  /** Base address of the HTTP API. */
  url: z.string(),
  /** Base address of the DynamoDB API. */
  endpoint: z.string(),
  /** Base address of the SQS API. */
  queuesEndpoint: z.string(),
  /** Outputs of the stack. */
  outputs: z.record(z.string(), z.string()),
});

/** A running local system, as other processes find it in `system.json` in its data folder. */
export type RunningSystem = z.infer<typeof runningSystemSchema>;

function fileIn(dataFolder: string): string {
  return join(dataFolder, 'system.json');
}

/** Whether a process runs, of whichever user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function announceSystem(dataFolder: string, system: RunningSystem): void {
  const file = fileIn(dataFolder);
  writeFileSync(`${file}.new`, `${JSON.stringify(system, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function withdrawSystem(dataFolder: string): void {
  rmSync(fileIn(dataFolder), { force: true });
}

/** The system that runs on a data folder; undefined if none is ready. */
export function findRunningSystem(dataFolder: string): RunningSystem | undefined {
  try {
    const system = runningSystemSchema.parse(JSON.parse(readFileSync(fileIn(dataFolder), 'utf8')));
    return isAlive(system.pid) ? system : undefined;
  } catch {
    return undefined;
  }
}
