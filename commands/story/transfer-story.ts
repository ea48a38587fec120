import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { newsroomSchema, storySlugSchema } from '../../events/catalogue/fields/identifiers.ts';
import { textOf } from '../../events/catalogue/fields/text.ts';
import { decide } from '../../events/decisions/decide.ts';
import { evolve, initialState } from '../../events/decisions/event-state.ts';
import { eventIdOf } from '../../events/identity.ts';
import { NotFound } from '../../events/input/errors.ts';
import { maximumNoteLength } from '../../events/input/limits.ts';
import { type Story, storySource } from '../../events/story.ts';
import { catchUp, readHead } from '../../functions/lib/move/known-story.ts';
import { StoryFailure } from '../../functions/lib/move/story-failure.ts';
import { addTableOptions, setFunctionEnvironment, withTables } from '../tables/table-target.ts';
import { addCommand, CommandFailure, checked, type Terminal, valueOption } from '../terminal/cli.ts';

/** A newsroom may change the story between the read and the write. Then the transfer is decided again. */
const maximumAttempts = 5;

const noteSchema = textOf(maximumNoteLength);

interface Transfer {
  readonly story: string;
  readonly to: string;
  readonly note: string;
}

/**
 * Appends the transfer, unless the newsroom owns the story already, or another revision of the story was appended
 * meanwhile.
 */
async function attempt({ story, to, note }: Transfer, eventId: string): Promise<'appended' | 'owned' | 'overtaken'> {
  const { append, latestRevision } = await import('../../functions/lib/event-log/log.ts');
  const [head, latest] = await Promise.all([readHead(story), latestRevision(eventId)]);
  const known = { owner: head?.owner?.newsroom ?? null, entries: (head?.entries ?? 0) + (head?.redacted ?? 0) };
  const { revision: _, ...description }: Story & { revision?: number } = head?.story ?? { title: story };
  const command = { kind: 'transfer', story, note, newsroom: to, description, known } as const;
  const [revision] = decide(command, latest ? evolve(initialState, latest) : initialState, Date.now());
  if (!revision) return 'owned';
  return (await append(revision, `transfer-${randomUUID()}`)) ? 'overtaken' : 'appended';
}

/**
 * Hands a story over, and waits until the timelines show it.
 *
 * @returns the newsroom that owned it before; null if the newsroom owned it already
 * @throws {CommandFailure} when there is no such story, or the transfer did not take effect
 * @throws {StoryFailure} when the timelines cannot be brought up to date
 */
async function transfer(work: Transfer): Promise<string | null> {
  const { story, to } = work;
  const eventId = eventIdOf(storySource, story);
  await catchUp(eventId);
  const before = (await readHead(story))?.owner?.newsroom ?? null;
  let outcome = await attempt(work, eventId);
  for (let attempts = 1; outcome === 'overtaken' && attempts < maximumAttempts; attempts++) {
    await catchUp(eventId);
    outcome = await attempt(work, eventId);
  }
  if (outcome === 'overtaken') throw new CommandFailure('The story changes all the time. Try again.');
  await catchUp(eventId);
  const { newsroom: owner } = (await readHead(story))?.owner ?? {};
  if (owner === to) return outcome === 'owned' ? null : before;
  throw new CommandFailure(
    `The transfer is in the record, but the timelines show ${owner ?? 'nobody'} as the owner. Run: npx timeline reconcile`,
  );
}

/** Adds `story transfer`, which transfers a story to another newsroom. */
export function transferStoryCommand(parent: Command, { print }: Terminal): void {
  const command = addCommand(parent, 'transfer', {
    summary: 'Transfer a story to another newsroom.',
    description: `Transfers a story: from then on, only the other newsroom describes it, says who may add events to it, and takes events
out of it. Its description and its events stay. The transfer is a revision of the story, with a public note, so it is in the record for
good. Run it from the release that is deployed.`,
    examples: [
      ['A story of the local system', 'npx timeline story transfer karabakh-2020 --to afp'],
      [
        'A story of a deployed system, with a note',
        "npx timeline story transfer karabakh-2020 --to afp --note 'AFP began the story.' --event-log EVENT_LOG_TABLE --timelines TIMELINES_TABLE",
      ],
    ],
    exitCodes: {
      done: 'The newsroom owns the story, and the timelines show it.',
      failed: 'There is no such story, the transfer has no effect yet, or the tables cannot be reached.',
    },
  })
    .argument('<story>', 'the slug of the story', checked(storySlugSchema()))
    .addOption(
      valueOption(
        '--to <newsroom>',
        'The newsroom that owns the story from now on.',
        checked(newsroomSchema()),
      ).makeOptionMandatory(),
    )
    .addOption(
      valueOption(
        '--note <text>',
        'Why it is handed over. The note is public. Default: that the operator did it.',
        checked(noteSchema),
      ),
    );
  addTableOptions(command, ['eventLog', 'timelines']).action(
    (story: string, { to, note }: { readonly to: string; readonly note?: string }, command: Command) =>
      withTables(command, ['eventLog', 'timelines'], async (target) => {
        setFunctionEnvironment(target);
        try {
          const before = await transfer({ story, to, note: note ?? `The operator handed the story over to ${to}.` });
          print(
            before === null
              ? `${to} owns ${story} already.`
              : `${story} belongs to ${to} now, and no longer to ${before}.`,
          );
        } catch (error) {
          if (error instanceof StoryFailure) throw new CommandFailure(error.message);
          if (!(error instanceof NotFound)) throw error;
          throw new CommandFailure(`There is no story ${story}.`);
        }
      }),
  );
}
