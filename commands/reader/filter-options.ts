import type { Command } from 'commander';
import type { FilterParameter } from '../../events/filters/filter-table.ts';
import { valueOption } from '../terminal/cli.ts';

const filters: Readonly<Record<FilterParameter | 'from' | 'to' | 'tz', string>> = {
  story: 'Slugs of stories. Several values of an option are separated by commas; any may match.',
  type: 'Types, such as talks.held.',
  place: 'Places, by their codes, such as AZ-LAC.',
  actor: 'Actors, by their codes or names.',
  topic: 'Topics.',
  status: 'planned, reported, confirmed or disputed.',
  newsroom: 'Who reported it.',
  from: 'What happened from this day, month or year on, such as 2020-11.',
  to: 'What happened until the end of this day, month or year.',
  tz: 'The time zone of --from and --to. Default: UTC.',
};

/** Adds the options that choose events, as the parameters of the API do. */
export function addFilterOptions(command: Command): Command {
  for (const [name, description] of Object.entries(filters)) {
    command.addOption(valueOption(`--${name} <value>`, description));
  }
  return command;
}

/** The parameters of the API for what is given of these options. */
export const filterQuery = (options: object): Record<string, string> =>
  Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(filters, name)));
