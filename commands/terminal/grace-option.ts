import { InvalidArgumentError, type Option } from 'commander';
import { valueOption } from './cli.ts';

/** @returns milliseconds */
function readSeconds(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text) * 1_000;
  throw new InvalidArgumentError('It must be a number of seconds, at most 9999.');
}

/** The option of commands that rebuild the timelines: how long the old ones stay. */
export const graceOption = (): Option =>
  valueOption(
    '--grace <seconds>',
    'How long the old timelines stay after the switch, for requests that still read them. Default: 70, or 0 if the local system is not running.',
    readSeconds,
  );
