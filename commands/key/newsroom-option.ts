import { InvalidArgumentError, type Option } from 'commander';
import { newsroomPattern } from '../../events/catalogue/fields/identifiers.ts';
import { valueOption } from '../terminal/cli.ts';

function readNewsroom(text: string): string {
  if (newsroomPattern.test(text)) return text;
  throw new InvalidArgumentError(
    'It must have 1 to 40 lower-case letters, digits and hyphens, and must not begin with a hyphen.',
  );
}

/** The option `--newsroom`. */
export const newsroomOption = (description: string): Option =>
  valueOption('--newsroom <name>', description, readNewsroom);
