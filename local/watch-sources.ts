import { existsSync, watch } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalProblem } from './problem.ts';
import { synthesize } from './synthesize.ts';

const root = join(import.meta.dirname, '..');
/** What ends up in the bundles and in the template. */
const sourceFolders = ['events', 'functions', 'infra'];
/** An editor may write a file several times, and a checkout many files. */
const quietMs = 150;

export interface WatchSettings {
  /** The folder in use; each rebuild goes into one beside it. */
  readonly buildFolder: string;
  /** Runs what lies in a folder from now on. */
  readonly change: (folder: string) => Promise<void>;
  readonly log: (line: string) => void;
}

export interface Watcher {
  stop(): Promise<void>;
}

/** Synthesizes anew when a source file changes. What runs goes on until that has succeeded. */
export function watchSources({ buildFolder, change, log }: WatchSettings): Watcher {
  let inUse = buildFolder;
  let builds = 0;
  let timer: NodeJS.Timeout | undefined;
  let building: Promise<void> = Promise.resolve();

  async function rebuild(): Promise<void> {
    const started = Date.now();
    const folder = `${buildFolder}.${++builds}`;
    try {
      await synthesize(folder);
      await change(folder);
      if (inUse !== buildFolder) await rm(inUse, { recursive: true, force: true });
      inUse = folder;
      log(`Reloaded after ${((Date.now() - started) / 1000).toFixed(1)} s.`);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      const reason = error instanceof LocalProblem ? error.message : String((error as Error).stack);
      log(`Not reloaded; what ran before goes on. ${reason}`);
    }
  }

  function sourceChanged(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(rebuild);
    }, quietMs);
  }

  const watchers = sourceFolders
    .map((name) => join(root, name))
    .filter((folder) => existsSync(folder))
    .map((folder) => watch(folder, { recursive: true }, sourceChanged));

  return {
    async stop() {
      for (const watcher of watchers) watcher.close();
      clearTimeout(timer);
      await building;
      if (inUse !== buildFolder) await rm(inUse, { recursive: true, force: true });
    },
  };
}
