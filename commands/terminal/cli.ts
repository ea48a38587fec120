import { once } from 'node:events';
import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { LocalSystemError } from '../../local/local-system-error.ts';

/**
 * The exit codes of all commands: the work is done; it failed or something is left to do; the command line is wrong.
 */
export const exitCodes = { done: 0, failed: 1, misused: 2 } as const;

const defaultDataFolder = resolve(import.meta.dirname, '..', '..', '.timeline');

/** The work failed for a reason that the user can fix. The message says what is wrong and what to do. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

/** The output of a command, line by line, and its exit code. */
export interface Terminal {
  /** Standard output: data. */
  readonly print: (line: string) => void;
  /** Standard error: errors, progress and remarks. */
  readonly remark: (line: string) => void;
  /** Asks a question, and returns the answer, which is empty if there is none. Absent if nobody can answer. */
  readonly ask?: (question: string) => Promise<string>;
  /** 0 until a command sets another. */
  exitCode: number;
}

/** The help of a command, without its arguments and options. */
export interface CommandHelp {
  /** One line for the list of commands. */
  readonly summary: string;
  readonly description: string;
  /** Command lines, each with a sentence that describes it. */
  readonly examples: readonly (readonly [sentence: string, commandLine: string])[];
  readonly exitCodes: { readonly done: string; readonly failed: string };
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

/** Joins the lines of a paragraph, so that the help can wrap it to the width of the terminal. */
const joinLines = (text: string) => text.replaceAll(/(?<!\n)\n(?!\n)/g, ' ');

function describe(command: Command, { summary, description, examples, exitCodes: { done, failed } }: CommandHelp) {
  const exampleLines = examples.flatMap(([sentence, commandLine]) => [`  # ${sentence}`, `  ${commandLine}`]);
  const exitCodeLines = [`  0  ${done}`, `  1  ${failed}`, '  2  The command line is wrong. Nothing was done.'];
  return command
    .summary(summary)
    .description(joinLines(description))
    .helpOption('-h, --help', 'Show this help.')
    .showHelpAfterError(`For help: ${fullName(command)} --help`)
    .addHelpText('after', ['', 'Examples:', ...exampleLines, '', 'Exit codes:', ...exitCodeLines].join('\n'));
}

/** A reader of an argument that has to match a schema. */
export function checked(schema: { safeParse(text: string): { error?: { issues: { message: string }[] } } }) {
  return (text: string): string => {
    const [issue] = schema.safeParse(text).error?.issues ?? [];
    if (issue) throw new InvalidArgumentError(issue.message);
    return text;
  };
}

/** Asks on standard error, so that standard output holds data alone. Ctrl-C and Ctrl-D are no answer. */
async function askUser(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = once(lines, 'close').then(() => '');
    return await Promise.race([lines.question(question).catch(() => ''), closed]);
  } finally {
    lines.close();
  }
}

/** The terminal of this process. */
export const processTerminal = (): Terminal => ({
  print: console.log,
  remark: console.error,
  ...(process.stdin.isTTY && { ask: askUser }),
  exitCode: exitCodes.done,
});

/**
 * The command at the root of a command line. `addCommand` adds subcommands to it.
 *
 * @param name the name as a user types it
 */
export function createProgram(name: string, help: CommandHelp, terminal: Terminal): Command {
  const program = new Command(name).exitOverride().configureOutput({
    writeOut: (text) => terminal.print(text.trimEnd()),
    writeErr: (text) => terminal.remark(text.trimEnd()),
  });
  return describe(program, help).helpCommand('help [command]', 'Show the help of a command.');
}

/** Adds a subcommand to a command. The caller sets its action. */
export function addCommand(parent: Command, name: string, help: CommandHelp): Command {
  return describe(parent.command(name), help).helpCommand(false);
}

/**
 * An option with a value. It is an error if the value is empty or given twice.
 *
 * @param read converts the text to the value; it throws InvalidArgumentError, which says what the text must be
 */
export function valueOption(flags: string, description: string, read: (text: string) => unknown = String): Option {
  let isGiven = false;
  return new Option(flags, description).argParser((text: string) => {
    if (isGiven) throw new InvalidArgumentError('It is given more than once.');
    if (text === '') throw new InvalidArgumentError('It is empty.');
    isGiven = true;
    return read(text);
  });
}

/** The option `--data`: the folder of a local system. Its default is the folder that `npm start` uses. */
export function dataFolderOption(description: string): Option {
  return valueOption('--data <folder>', description, (text) => resolve(text)).default(
    defaultDataFolder,
    ".timeline in the project's folder",
  );
}

/** Ends a command with an error about its arguments. */
export function misused(command: Command, sentence: string): never {
  return command.error(`error: ${sentence}`);
}

/**
 * Runs a command line.
 *
 * @param commandLine the arguments after the name of the program
 * @returns the exit code
 * @throws {Error} when a command throws an unexpected error
 */
export async function run(program: Command, commandLine: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await program.parseAsync(commandLine, { from: 'user' });
    return terminal.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.misused;
    if (!(error instanceof CommandFailure || error instanceof LocalSystemError)) throw error;
    terminal.remark(error.message);
    return exitCodes.failed;
  }
}
