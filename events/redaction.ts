import * as z from 'zod';
import { once } from './input/once.ts';

/** The type of an event whose content was taken down: its own type says what happened. */
export const redactedType = 'event.redacted';

export const redactionReasons = ['legal', 'privacy', 'safety', 'source'] as const;

/** What a redaction takes down, and why. */
export const redactionSchema = once(() =>
  z
    .object({
      reason: z
        .enum(redactionReasons)
        .describe(
          'Why the content was taken down: `legal` by an order of law, `privacy` of a person, `safety` of a person, or protection of a `source`.',
        ),
      revisions: z
        .array(z.int().min(0))
        .readonly()
        .optional()
        .describe('The revisions whose content was taken down. Absent if it was the whole event.'),
      slug: z
        .literal(true)
        .optional()
        .describe(
          'Present if the slug of a story was taken down: the story, with all its events, was moved to the slug in `story`.',
        ),
      by: z.enum(['newsroom', 'operator']).describe('Who took it down: the newsroom that wrote it, or the operator.'),
    })
    .readonly()
    .meta({ id: 'Redaction', description: 'What a redaction took down, and why.' }),
);

export type Redaction = z.infer<ReturnType<typeof redactionSchema>>;

/** The part of a revision that says what was taken down. */
interface Redactable {
  readonly redaction?: Redaction;
  readonly redactedBy?: number;
}

/** Whether a revision takes down its whole event. */
export const isWholeRedaction = ({ redaction }: Redactable): boolean =>
  redaction !== undefined && redaction.revisions === undefined;

/** Whether a revision has no content: it was taken down, or it takes down its whole event. */
export const isRedacted = (revision: Redactable): boolean =>
  revision.redactedBy !== undefined || isWholeRedaction(revision);

interface Numbered {
  readonly revision: number;
}

/** Whether a redaction takes down an earlier revision of its event. */
export function takesDown({ revision, redaction }: Redactable & Numbered, earlier: Numbered): boolean {
  if (!redaction || earlier.revision >= revision) return false;
  return redaction.revisions?.includes(earlier.revision) ?? true;
}
