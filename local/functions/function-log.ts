import { openLogFile } from './log-file.ts';
import type { ErrorReport } from './worker-messages.ts';

const repeatIntervalMs = 10_000;

export interface FunctionLog {
  /** Adds what the function wrote to standard output and standard error. */
  write(text: string): void;
  /** Adds an invocation that failed. */
  failure(report: ErrorReport, requestId: string): void;
  close(): Promise<void>;
}

/** The message of a log line of level ERROR or CRITICAL; undefined for any other line. */
function loggedError(line: string): string | undefined {
  if (!/"level":\s*"(ERROR|CRITICAL)"/.test(line)) return undefined;
  try {
    const { message, error } = JSON.parse(line);
    return [message, error?.message].filter((part) => typeof part === 'string').join(': ') || line;
  } catch {
    return line;
  }
}

/**
 * Writes the log of a function to a file, and one line on the terminal for each error. The same error is shown again
 * only after ten seconds, because failures are retried many times.
 */
export function openFunctionLog(name: string, path: string, note: (line: string) => void): FunctionLog {
  const file = openLogFile(path);
  const notedAt = new Map<string, number>();
  let partialLine = '';

  function noteOnce(text: string): void {
    const now = Date.now();
    if (now - (notedAt.get(text) ?? 0) < repeatIntervalMs) return;
    for (const [other, at] of notedAt) if (now - at > repeatIntervalMs) notedAt.delete(other);
    notedAt.set(text, now);
    note(`${name}: ${text} (see ${path})`);
  }

  return {
    write(text) {
      file.write(text);
      const lines = (partialLine + text).split('\n');
      partialLine = lines.pop() ?? '';
      for (const line of lines) {
        const error = loggedError(line);
        if (error !== undefined) noteOnce(error);
      }
    },
    failure(report, requestId) {
      const record = { timestamp: new Date().toISOString(), level: 'ERROR', requestId, message: report };
      file.write(`${JSON.stringify(record)}\n`);
      noteOnce(`failed with ${report.errorType}: ${report.errorMessage}`);
    },
    close: () => file.close(),
  };
}
