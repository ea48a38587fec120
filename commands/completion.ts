import { Argument, type Command } from 'commander';
import { completionScript, completionShells, type Shell } from './completion/scripts.ts';
import { addCommand, type Terminal } from './terminal/cli.ts';

/** Adds `completion`, which prints the script that completes command lines. */
export function completionCommand(program: Command, { print }: Terminal): void {
  addCommand(program, 'completion', {
    summary: 'Print a script that completes commands and options in your shell.',
    description: 'Prints the script for a shell. In bash it also completes "npx timeline".',
    examples: [
      ['In bash, for this shell', 'source <(npx timeline completion bash)'],
      ['In fish, for good', 'npx timeline completion fish > ~/.config/fish/completions/timeline.fish'],
    ],
    exitCodes: { done: 'The script is printed.', failed: 'The script cannot be written.' },
  })
    .addArgument(new Argument('<shell>', 'your shell').choices(completionShells))
    .action((shell: Shell) => print(completionScript(shell, program).trimEnd()));
}
