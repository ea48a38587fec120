import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Command } from 'commander';
import type { AccessTable } from '../../functions/lib/keys/access-table.ts';
import { awsClient } from '../../functions/lib/runtime/aws-client.ts';
import { addTableOptions, withTables } from '../tables/table-target.ts';

/** Adds the options that select the system whose keys a command uses. */
export const addKeyTableOptions = (command: Command): Command => addTableOptions(command, ['access']);

/** Does work on the table of keys that the options of `addKeyTableOptions` select. */
export async function withKeyTable(command: Command, work: (table: AccessTable) => Promise<void>): Promise<void> {
  await withTables(command, ['access'], async ({ names, client: settings }) => {
    const client = awsClient(DynamoDBClient, settings);
    try {
      await work({ client, name: names.access });
    } finally {
      client.destroy();
    }
  });
}
