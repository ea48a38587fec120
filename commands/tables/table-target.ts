import type { Command } from 'commander';
import { withLocalDatabase } from '../../local/data/data-folder.ts';
import { findRunningSystem } from '../../local/data/running-system.ts';
import { localAccount } from '../../local/engines/local-client.ts';
import { LocalSystemError } from '../../local/local-system-error.ts';
import { CommandFailure, dataFolderOption, misused, valueOption } from '../terminal/cli.ts';

/**
 * The tables that commands use: the option that names a table of a deployed system, the output of the stack with that
 * name, and the environment variable in which functions get it.
 */
const tables = {
  eventLog: { flag: '--event-log', output: 'EventLogTable', variable: 'EVENT_LOG_TABLE' },
  timelines: { flag: '--timelines', output: 'TimelinesTable', variable: 'TIMELINES_TABLE' },
  subscribers: { flag: '--subscribers', output: 'SubscribersTable', variable: 'SUBSCRIBERS_TABLE' },
  redactions: { flag: '--redactions', output: 'RedactionsTable', variable: 'REDACTIONS_TABLE' },
  heldEvents: { flag: '--held-events', output: 'HeldEventsTable', variable: 'HELD_EVENTS_TABLE' },
  access: { flag: '--table', output: 'AccessTable', variable: 'ACCESS_TABLE' },
} as const;

type Table = keyof typeof tables;
type Names<Wanted extends Table> = Readonly<Record<Wanted, string>>;

/** The tables of one system, and the settings to connect to them. */
export interface TableTarget<Wanted extends Table = Table> {
  readonly names: Names<Wanted>;
  /** The queue of what fails for good; null if it is not named, or the local system does not run. */
  readonly parkedQueue: { readonly url: string; readonly endpoint?: string } | null;
  /**
   * Settings of the DynamoDB client. Empty for a deployed system: then the environment has the region and the
   * credentials.
   */
  readonly client: Partial<typeof localAccount & { readonly endpoint: string }>;
  /** Whether a system reads and writes the tables meanwhile. */
  readonly isInUse: boolean;
}

/** Adds the options that select a system: `--data`, or the names of the tables of a deployed system. */
export function addTableOptions(command: Command, wanted: readonly Table[]): Command {
  command.addOption(dataFolderOption('Folder of the local system, running or not.'));
  for (const table of wanted) {
    const { flag, output } = tables[table];
    const description = `To work on a deployed system instead: the name of its table (output ${output} of the stack).`;
    command.addOption(valueOption(`${flag} <name>`, description).conflicts('data'));
  }
  return command;
}

/** The names of tables on the command line; null if there are none. */
function deployedNames<Wanted extends Table>(command: Command, wanted: readonly Wanted[]): Names<Wanted> | null {
  const flags = wanted.map((table) => tables[table].flag);
  const given = command.options
    .filter(({ long }) => flags.some((flag) => flag === long))
    .map((option): unknown => command.getOptionValue(option.attributeName()));
  if (given.every((name) => name === undefined)) return null;
  if (given.includes(undefined)) {
    misused(command, `${flags.slice(0, -1).join(', ')} and ${flags.at(-1)} must be given together.`);
  }
  return Object.fromEntries(wanted.map((table, index) => [table, given[index]])) as Names<Wanted>;
}

/** The parked queue of a deployed system, if the command line names it. */
function queueOption(command: Command): TableTarget['parkedQueue'] {
  const url: unknown = command.getOptionValue('parkedQueue');
  return typeof url === 'string' ? { url } : null;
}

function localNames<Wanted extends Table>(
  outputs: Readonly<Record<string, string>>,
  wanted: readonly Wanted[],
  dataFolder: string,
): Names<Wanted> {
  const names = wanted.map((table) => {
    const { output } = tables[table];
    const name = outputs[output];
    if (name) return [table, name] as const;
    throw new LocalSystemError(
      `The system in ${dataFolder} has no ${output}. Run npm start once to bring it up to date.`,
    );
  });
  return Object.fromEntries(names) as Names<Wanted>;
}

/** The message for an error of the AWS SDK: what is wrong, and what to do. */
function explain({ name, message }: Error, place: string): string {
  switch (name) {
    case 'ResourceNotFoundException':
      return `There is no ${place} in this account and region. Check the name, AWS_PROFILE and AWS_REGION.`;
    case 'CredentialsProviderError':
      return 'There are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
    case 'AccessDeniedException':
      return `These AWS credentials do not allow this on ${place}: ${message}`;
    default:
      return message.includes('Region is missing')
        ? 'There is no AWS region. Set AWS_REGION.'
        : `The work on ${place} failed. ${name}: ${message}`;
  }
}

/**
 * Does work on the tables that the options of `addTableOptions` select.
 *
 * @throws {CommandFailure} when the work throws; the message says what to do
 * @throws {LocalSystemError} when the local system cannot be reached
 */
export async function withTables<Wanted extends Table, Result>(
  command: Command,
  wanted: readonly Wanted[],
  work: (target: TableTarget<Wanted>) => Promise<Result>,
): Promise<Result> {
  const deployed = deployedNames(command, wanted);
  const dataFolder: string = command.getOptionValue('data');
  try {
    if (deployed) return await work({ names: deployed, client: {}, isInUse: true, parkedQueue: queueOption(command) });
    const running = findRunningSystem(dataFolder);
    return await withLocalDatabase(dataFolder, ({ endpoint, outputs }) =>
      work({
        names: localNames(outputs, wanted, dataFolder),
        client: { endpoint, ...localAccount },
        isInUse: running !== undefined,
        parkedQueue: running?.outputs.ParkedQueueUrl
          ? { url: running.outputs.ParkedQueueUrl, endpoint: running.queuesEndpoint }
          : null,
      }),
    );
  } catch (error) {
    if (!(error instanceof Error) || error instanceof LocalSystemError || error instanceof CommandFailure) throw error;
    const place = deployed ? `table ${Object.values(deployed).join(' or ')}` : `data folder ${dataFolder}`;
    throw new CommandFailure(explain(error, place), { cause: error });
  }
}

/**
 * Sets the environment in which modules of functions use these tables. Modules read it when they are loaded, so import
 * them after this call. Logs and metrics are turned off, since they are not for a terminal.
 */
export function setFunctionEnvironment({
  names,
  client,
}: Pick<TableTarget<never>, 'client'> & { readonly names: Partial<Names<Table>> }): void {
  const { endpoint, region, credentials } = client;
  const tableVariables = Object.entries(names).map(([table, name]) => [tables[table as Table].variable, name]);
  const variables: Record<string, string | undefined> = {
    ...Object.fromEntries(tableVariables),
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials?.secretAccessKey,
  };
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) process.env[name] = value;
}
