import * as z from 'zod';
import { define } from './definition.ts';

/** A secret with a generated value of letters and digits. */
export const secretDefinition = define(
  'AWS::SecretsManager::Secret',
  {
    GenerateSecretString: z.strictObject({
      ExcludePunctuation: z.literal(true),
      IncludeSpace: z.literal(false).optional(),
      PasswordLength: z.number().int().min(1).max(4096).default(32),
    }),
  },
  ['Description', 'KmsKeyId', 'Name', 'Tags'],
);
