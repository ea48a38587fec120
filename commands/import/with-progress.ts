import { Presets, SingleBar } from 'cli-progress';
import { exitCodes } from '../terminal/cli.ts';

/** Does the work with a progress bar, if standard error is a terminal. */
export async function withProgress<Result>(
  work: (onProgress: (done: number, total: number) => void) => Promise<Result>,
): Promise<Result> {
  const bar = new SingleBar(
    { format: '{bar} {value}/{total} events', hideCursor: true, noTTYOutput: false },
    Presets.shades_classic,
  );
  const interrupted = () => {
    // The bar has hidden the cursor.
    bar.stop();
    console.error('Interrupted. What is done stays. Run the import again to do the rest.');
    process.exit(exitCodes.failed);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await work((done, total) => {
      if (bar.isActive) bar.update(done);
      else bar.start(total, done);
    });
  } finally {
    bar.stop();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}
