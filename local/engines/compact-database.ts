import { DatabaseSync } from 'node:sqlite';

/** The last record of a table's stream that every event source has processed, by the name of the table. */
export type ProcessedRecords = ReadonlyMap<string, number>;

const numberOfRecord = 'CAST(sequence_number AS INTEGER)';

/**
 * Removes stream records that nobody reads again. The last one stays, without its content: the engine numbers the next
 * record after it.
 *
 * @returns whether there were any
 */
function trimStreams(database: DatabaseSync, processed: ProcessedRecords): boolean {
  const known = database.prepare("SELECT 1 FROM sqlite_master WHERE name = '_stream_records'").get();
  if (!known) return false;
  const remove = database.prepare(`DELETE FROM _stream_records WHERE table_name = ? AND ${numberOfRecord} < ?`);
  const empty = database.prepare(
    `UPDATE _stream_records SET keys_json = '{}', new_image = NULL, old_image = NULL
     WHERE table_name = ? AND ${numberOfRecord} = ? AND keys_json <> '{}'`,
  );
  let changes = 0;
  for (const [table, number] of processed) {
    for (const statement of [remove, empty]) changes += Number(statement.run(table, number).changes);
  }
  return changes > 0;
}

/**
 * Makes the file of the engine hold nothing but what its tables hold: SQLite leaves what was deleted in the file until
 * it is overwritten, and the engine never deletes the records of streams. It takes a second for about a hundred
 * megabytes, and must be called while no engine uses the file.
 */
export function compactDatabase(file: string, processed: ProcessedRecords): void {
  const database = new DatabaseSync(file);
  try {
    if (trimStreams(database, processed)) database.exec('VACUUM');
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}
