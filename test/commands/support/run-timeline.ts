import { run, type Terminal } from '../../../commands/terminal/cli.ts';
import { timeline } from '../../../commands/timeline.ts';

/** How a command ended, and what it wrote. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs `npx timeline` in this process. With an answer, standard input is a terminal at which a user answers each
 * question so.
 */
export async function runTimeline(commandLine: readonly string[], answer?: string): Promise<Ended> {
  let output = '';
  let errors = '';
  const terminal: Terminal = {
    print: (line) => {
      output += `${line}\n`;
    },
    remark: (line) => {
      errors += `${line}\n`;
    },
    ...(answer !== undefined && {
      ask: async (question: string) => {
        errors += `${question}${answer}\n`;
        return answer;
      },
    }),
    exitCode: 0,
  };
  const code = await run(timeline(terminal), commandLine, terminal);
  return { code, output, errors };
}

/** Does work in an environment with these variables changed; undefined removes one. */
export async function withEnvironment<Result>(
  changes: Readonly<Record<string, string | undefined>>,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = { ...process.env };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    return await work();
  } finally {
    for (const name of Object.keys(changes)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
