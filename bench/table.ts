import { appendFileSync } from 'node:fs';

/**
 * Prints rows in columns, with numbers aligned to the right. They go to the file of the bench too, if there is one: a
 * line for each table.
 */
export function printTable(
  title: string,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const { BENCH_FILE } = process.env;
  if (BENCH_FILE) appendFileSync(BENCH_FILE, `${JSON.stringify({ title, head, rows })}\n`);
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  console.log(`\n${title}\n${line(head)}\n${widths.map((width) => '-'.repeat(width)).join('  ')}`);
  for (const row of cells.slice(1)) console.log(line(row));
}

/** A number with at most two decimals. */
export const figure = (value: number): string => String(Math.round(value * 100) / 100);
