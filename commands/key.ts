import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AccessTable } from '../functions/lib/keys/access-table.ts';
import { withLocalDatabase } from '../local/data/data-folder.ts';
import { localAccount } from '../local/engines/account.ts';
import { LocalProblem } from '../local/problem.ts';
import { performKeyAction } from './key-action.ts';
import { type KeyStore, keyArguments } from './key-arguments.ts';
import { UsageError } from './usage-error.ts';

const usage = `Usage:
  npm run --silent key -- create --newsroom NAME --scopes events:write,stories:write [--stories karabakh-*] [--expires 90d]
  npm run --silent key -- list
  npm run --silent key -- revoke ID
Keys of the local system: [--data DIR], .timeline if left out. Keys of a deployed one: --table NAME.`;

const failed = 1;
const misused = 2;

function withTable<Result>(store: KeyStore, work: (table: AccessTable) => Promise<Result>): Promise<Result> {
  if ('table' in store) return work({ client: new DynamoDBClient(), name: store.table });
  return withLocalDatabase(resolve(store.dataFolder), ({ endpoint, outputs }) => {
    const name = outputs.AccessTable;
    if (!name) throw new LocalProblem(`There is no table of keys in ${store.dataFolder}. Run npm start on it once.`);
    return work({ client: new DynamoDBClient({ endpoint, ...localAccount }), name });
  });
}

/** What the SDK throws, as what to do about it. */
function sentenceOf({ name, message }: Error, store: KeyStore): string {
  const place = 'table' in store ? `table ${store.table}` : `data folder ${store.dataFolder}`;
  switch (name) {
    case 'ResourceNotFoundException':
      return `There are no keys in ${place}: the table does not exist.`;
    case 'CredentialsProviderError':
      return 'There are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
    case 'AccessDeniedException':
      return `These AWS credentials may not do this in ${place}.`;
    default:
      return message.includes('Region is missing')
        ? 'There is no AWS region. Set AWS_REGION.'
        : `The keys in ${place} cannot be reached: ${message || name}`;
  }
}

/** @returns the exit code */
async function main(commandLine: readonly string[]): Promise<number> {
  if (commandLine.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const { action, store } = keyArguments(commandLine);
  try {
    const { output, remark } = await withTable(store, (table) => performKeyAction(action, table, Date.now()));
    if (output) console.log(output);
    if (remark) console.error(remark);
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isSentence = error instanceof LocalProblem || error instanceof UsageError;
    console.error(isSentence ? error.message : sentenceOf(error, store));
    return failed;
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = misused;
}
