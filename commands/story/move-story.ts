import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Command } from 'commander';
import { storySlugSchema } from '../../events/catalogue/fields/identifiers.ts';
import { textOf } from '../../events/catalogue/fields/text.ts';
import { minuteMs } from '../../events/dates/durations.ts';
import { InvalidInput } from '../../events/input/errors.ts';
import { maximumNoteLength } from '../../events/input/limits.ts';
import { type Redaction, redactionReasons } from '../../events/redaction.ts';
import { moveStory } from '../../functions/lib/move/move.ts';
import { StoryFailure } from '../../functions/lib/move/story-failure.ts';
import { awsClient } from '../../functions/lib/runtime/aws-client.ts';
import { addTableOptions, setFunctionEnvironment, type TableTarget, withTables } from '../tables/table-target.ts';
import { addCommand, CommandFailure, checked, misused, type Terminal, valueOption } from '../terminal/cli.ts';

const wanted = ['eventLog', 'timelines', 'subscribers', 'redactions', 'heldEvents', 'access'] as const;

/** How often the work of `erase-content` is looked at. */
const lookEveryMs = 5_000;

interface Options {
  readonly note: string;
  readonly reason: Redaction['reason'];
  readonly confirmNote?: true;
}

/**
 * Waits for `erase-content`. Where no system runs, does what it would do, and does not wait for requests, since there
 * are none.
 */
function carryingOn({ isInUse }: TableTarget<never>): () => Promise<void> {
  if (isInUse) return () => setTimeout(lookEveryMs);
  let aheadMs = 0;
  return async () => {
    const { eraseContent } = await import('../../functions/lib/erase/erase-content.ts');
    aheadMs += 10 * minuteMs;
    const now = () => Date.now() + aheadMs;
    // The local distribution caches nothing.
    await eraseContent({ now, hasTime: () => true, invalidate: async () => {} });
  };
}

/** Adds `story move`, which moves a story to another slug and takes the old one down. */
export function moveStoryCommand(parent: Command, { print, remark }: Terminal): void {
  const command = addCommand(parent, 'move', {
    summary: 'Move a story to another slug, and take the old one down.',
    description: `Moves a story whose slug must vanish, with its events and their history. From then on everything has the new slug, even as of
earlier instants, and nothing has the old one. It stays public that a slug was taken down, when and why. The title and the description
of the story are taken down too; its newsroom describes it again. Before you run it, tell the newsrooms to stop posting to the old slug:
an event that is posted to it later begins a new story of that name. The command reads the whole log and rebuilds the timelines. If it is
interrupted, run it again: it continues where it was. Run it from the release that is deployed.`,
    examples: [
      [
        'A story of the local system',
        "npx timeline story move jane-roe harbour-trial --reason legal --note 'By order of a court.'",
      ],
      [
        'A story of a deployed system',
        "npx timeline story move jane-roe harbour-trial --reason legal --note 'By order of a court.' --event-log EVENT_LOG_TABLE --timelines TIMELINES_TABLE --subscribers SUBSCRIBERS_TABLE --redactions REDACTIONS_TABLE --held-events HELD_EVENTS_TABLE --table ACCESS_TABLE",
      ],
    ],
    exitCodes: {
      done: 'Nothing has the old slug any more. Caches are invalidated within minutes.',
      failed:
        'There is no such story; the new slug belongs to another newsroom; or the work failed: then run it again.',
    },
  })
    .argument('<story>', 'the slug that must vanish', checked(storySlugSchema()))
    .argument('<slug>', 'the new slug', checked(storySlugSchema()))
    .addOption(
      valueOption('--reason <reason>', 'Why. It is public.')
        .choices([...redactionReasons])
        .makeOptionMandatory(),
    )
    .addOption(
      valueOption(
        '--note <text>',
        'What readers see. It is public.',
        checked(textOf(maximumNoteLength)),
      ).makeOptionMandatory(),
    )
    .option('--confirm-note', 'Keep a note that repeats words of what is taken down.');
  addTableOptions(command, wanted).action(
    (from: string, to: string, { note, reason, confirmNote }: Options, command: Command) => {
      if (from === to) misused(command, 'the new slug is the old one.');
      return withTables(command, wanted, async (target) => {
        setFunctionEnvironment(target);
        const client = awsClient(DynamoDBClient, target.client);
        try {
          const isMoved = await moveStory(
            { from, to, note, reason, confirmNote: confirmNote ?? false },
            {
              access: { client, name: target.names.access },
              carryOn: carryingOn(target),
              onProgress: remark,
              ...(!target.isInUse && { graceMs: 0 }),
            },
          );
          if (!isMoved) throw new CommandFailure('There is no story with this slug.');
          print(`The slug of the story is now ${to}. Caches are invalidated within minutes.`);
        } catch (error) {
          if (error instanceof InvalidInput || error instanceof StoryFailure) throw new CommandFailure(error.message);
          throw error;
        } finally {
          client.destroy();
        }
      });
    },
  );
}
