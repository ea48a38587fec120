import { watch } from 'node:fs';
import { rm } from 'node:fs/promises';
import { LocalSystemError } from './local-system-error.ts';

/** An editor may write a file several times, and a checkout writes many files. */
const quietMs = 150;

export interface WatchSettings {
  readonly sourceFolders: readonly string[];
  /** The folder in use. Each new synthesis writes to a folder beside it. */
  readonly buildFolder: string;
  readonly synthesize: (folder: string, options: { readonly stopping: AbortSignal }) => Promise<void>;
  /** Switches to the stack in a folder. */
  readonly change: (folder: string) => Promise<void>;
  readonly log: (line: string) => void;
}

export interface Watcher {
  stop(): Promise<void>;
}

/**
 * Synthesizes the stack again when a source file changes. The system runs the old stack until the synthesis has
 * succeeded.
 */
export function watchSources(settings: WatchSettings): Watcher {
  const { sourceFolders, buildFolder, synthesize, change, log } = settings;
  let inUse = buildFolder;
  let builds = 0;
  let timer: NodeJS.Timeout | undefined;
  let building: Promise<void> = Promise.resolve();
  const stopping = new AbortController();

  async function reload(): Promise<void> {
    const started = Date.now();
    const folder = `${buildFolder}.${++builds}`;
    try {
      await synthesize(folder, { stopping: stopping.signal });
      await change(folder);
      if (inUse !== buildFolder) await rm(inUse, { recursive: true, force: true });
      inUse = folder;
      log(`Reloaded after ${((Date.now() - started) / 1000).toFixed(1)} s.`);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if (stopping.signal.aborted) return;
      const reason = error instanceof LocalSystemError ? error.message : String((error as Error).stack);
      log(`Not reloaded; the system still runs the code from before. ${reason}`);
    }
  }

  function sourceChanged(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(reload);
    }, quietMs);
  }

  const watchers = sourceFolders.map((folder) => watch(folder, { recursive: true }, sourceChanged));

  return {
    async stop() {
      for (const watcher of watchers) watcher.close();
      clearTimeout(timer);
      stopping.abort();
      await building;
      if (inUse !== buildFolder) await rm(inUse, { recursive: true, force: true });
    },
  };
}
