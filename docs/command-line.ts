import type { Command } from 'commander';

/** The guide without its list of commands. */
const listOfCommands = /(<!-- commands -->\n).*?(<!-- end of commands -->)/s;

/** Text in a table of Markdown. */
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');

function sectionOf(command: Command, path: string, level: number): string[] {
  const options = command.options.filter(({ hidden }) => !hidden);
  const given = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  const rows = [
    ...command.registeredArguments.map((argument) => [argument.name(), argument.description]),
    ...options.map(({ flags, description, envVar }) => [flags, envVar ? `${description} Or ${envVar}.` : description]),
  ].map(([name = '', description = '']) => `| \`${name.replaceAll('|', '\\|')}\` | ${cell(description)} |`);
  const table = rows.length > 0 ? ['', '| | |', '|---|---|', ...rows] : [];
  const own = [`${'#'.repeat(level)} \`${[path, ...given].join(' ')}\``, '', cell(command.description()), ...table, ''];
  const below = command.commands.filter((one) => one.name() !== 'help');
  return [...own, ...below.flatMap((one) => sectionOf(one, `${path} ${one.name()}`, Math.min(level + 1, 5)))];
}

/** The guide with the commands as they are defined. */
export function withCommands(guide: string, program: Command): string {
  const groups = Map.groupBy(
    program.commands.filter((one) => one.name() !== 'help'),
    (one) => one.helpGroup().replace(':', ''),
  );
  const lines = [...groups].flatMap(([group, commands]) => [
    `## ${group}`,
    '',
    ...commands.flatMap((one) => sectionOf(one, `timeline ${one.name()}`, 3)),
  ]);
  return guide.replace(listOfCommands, (_, begin: string, end: string) => `${begin}\n${lines.join('\n')}\n${end}`);
}
