import * as z from 'zod';
import { define } from './definition.ts';

export const functionDefinition = define(
  'AWS::Lambda::Function',
  {
    FunctionName: z.string().optional(),
    Code: z.object({ S3Key: z.string() }),
    Handler: z.string(),
    Runtime: z.string().startsWith('nodejs'),
    Environment: z.object({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
    Timeout: z.number().default(3),
    MemorySize: z.number().default(128),
    ReservedConcurrentExecutions: z.number().optional(),
    RecursiveLoop: z.enum(['Allow', 'Terminate']).default('Terminate'),
  },
  [
    'Architectures',
    'DeadLetterConfig',
    'Description',
    'EphemeralStorage',
    'LoggingConfig',
    'Role',
    'RuntimeManagementConfig',
    'Tags',
    'TracingConfig',
  ],
);

export type FunctionProperties = z.infer<(typeof functionDefinition)['schema']>;
