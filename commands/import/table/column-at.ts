import type { Column } from './mapping.ts';

/** The column that fills a place in an event, or a place inside or around it. */
export function columnAt(pointer: string, columns: readonly Column[]): string | undefined {
  const isNear = ({ to }: Column) => to === pointer || pointer.startsWith(`${to}/`);
  return (columns.find(isNear) ?? columns.find(({ to }) => to.startsWith(`${pointer}/`)))?.name;
}
