import type { Amounts } from '../../../events/quota.ts';

/** The answer of a handler. A `body` that is an object is sent as JSON, a text as it is. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
  /** The entity tag of the content, without quotes; a digest of the body if left out. */
  readonly contentTag?: string;
  /**
   * What the request wrote, as quotas count it. Without it, a request that changed something counts as one of its
   * quota.
   */
  readonly written?: Partial<Amounts>;
  /**
   * What it takes of the pace of the newsroom: 0 if that was reserved before, more than one for a change that is dear
   * to project. Left out, one for each event and change that was written.
   */
  readonly paced?: number;
}

/**
 * An answer as JSON text, of which one list is JSON texts already: they are joined as they are, since parsing them
 * would cost more than reading them.
 *
 * @param list the field that holds the list; it comes first
 * @param rest the other fields
 */
export function answerText<Answer extends object, List extends keyof Answer & string>(
  list: List,
  texts: readonly string[],
  rest: Omit<Answer, List>,
): string {
  const others = JSON.stringify(rest).slice(1, -1);
  return `{"${list}":[${texts.join(',')}]${others && `,${others}`}}`;
}
