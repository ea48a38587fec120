import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { LocalSystemError } from '../local-system-error.ts';
import { secretDefinition } from '../template/data-definitions.ts';
import { accountId, region } from '../template/intrinsics.ts';
import type { Stack } from '../template/stack.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** By logical id. */
const fileSchema = z.record(z.string(), z.string().min(1));

type Values = z.infer<typeof fileSchema>;

function readValues(file: string): Values {
  if (!existsSync(file)) return {};
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new LocalSystemError(
      `The secrets in ${file} cannot be read. Delete the file: new secrets are generated, and earlier cursors stop working.`,
      { cause },
    );
  }
}

function writeValues(file: string, values: Values): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify(values, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const generate = (length: number) => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/**
 * Gives the stack the values of its secrets. They are read from the file; missing ones are generated and added to it.
 * Only the owner can read the file.
 *
 * @throws {LocalSystemError} when the file is damaged
 */
export function createSecrets(stack: Stack, file: string): void {
  const kept = readValues(file);
  const secrets = stack.resources(secretDefinition).map(({ logicalId, properties }) => {
    const secret = kept[logicalId] ?? generate(properties.GenerateSecretString.PasswordLength);
    return [logicalId, secret] as const;
  });
  if (secrets.some(([logicalId]) => kept[logicalId] === undefined)) {
    writeValues(file, { ...kept, ...Object.fromEntries(secrets) });
  }
  for (const [logicalId, secret] of secrets) {
    const arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:${logicalId}`;
    stack.identify(logicalId, { ref: arn, secret });
  }
}
