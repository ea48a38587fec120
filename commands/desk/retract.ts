import type { Command } from 'commander';
import { eventIdField } from '../../events/revision-fields.ts';
import { type ApiOptions, addApiOptions, withApi } from '../api/api-command.ts';
import { latestEvent } from '../api/latest-event.ts';
import type { EventRevision, TimelineApi } from '../api/timeline-api.ts';
import { addCommand, checked, type Terminal, valueOption } from '../terminal/cli.ts';
import { readNumber } from '../terminal/read-number.ts';
import { safeJson, safeText } from '../terminal/safe-text.ts';
import { wordsOfOutcome } from './dry-run.ts';

interface Options extends ApiOptions {
  readonly reason: string;
  readonly revision?: number;
  readonly dryRun?: true;
}

/** The last revision of an event if that is its retraction; null otherwise. */
async function retractionOf(api: TimelineApi, id: string): Promise<EventRevision | null> {
  let last: EventRevision | undefined;
  for (let after: number | undefined, isLast = false; !isLast; ) {
    const { revisions, next } = await api.history(id, after === undefined ? {} : { after });
    last = revisions.at(-1) ?? last;
    isLast = next === undefined;
    after = next;
  }
  return last?.kind === 'retracted' ? last : null;
}

/** The latest revision of an event, or its retraction. */
async function revisionOrRetraction(api: TimelineApi, id: string): Promise<number | EventRevision> {
  try {
    return (await latestEvent(api, id)).revision;
  } catch (error) {
    const retraction = (error as { readonly status?: number }).status === 410 ? await retractionOf(api, id) : null;
    if (retraction) return retraction;
    throw error;
  }
}

/** Adds `retract`, which takes an event back. */
export function retractCommand(program: Command, { print, remark }: Terminal): void {
  const command = addCommand(program, 'retract', {
    summary: 'Take an event back for good, with a public reason.',
    description: `Takes an event out of all timelines for good. That it was there, and the reason, stay in its history. To remove content that must
not be public at all, use "npx timeline take-down".`,
    examples: [
      ['Retract an event', "npx timeline retract evt_te73c6vbre67e74ncy75l2s54c --reason 'It did not happen.'"],
      ['Try it first', "npx timeline retract evt_te73c6vbre67e74ncy75l2s54c --reason 'It did not happen.' --dry-run"],
    ],
    exitCodes: {
      done: 'The event is retracted, or was before.',
      failed: 'It was refused, or the API did not respond.',
    },
  })
    .argument('<event>', 'the id of the event', checked(eventIdField))
    .addOption(valueOption('--reason <text>', 'Why. It is public.').makeOptionMandatory())
    .addOption(valueOption('--revision <number>', 'The revision that you have read. Default: the latest.', readNumber))
    .option('--dry-run', 'Say what the API would do, and store nothing.')
    .action((id: string, options: Options) =>
      withApi(options, async (api) => {
        const { reason, dryRun, json } = options;
        const revision = options.revision ?? (await revisionOrRetraction(api, id));
        if (typeof revision === 'object') {
          const { note } = revision;
          if (note !== reason) remark(`The reason of then stays: ${safeText(note ?? '')}`);
          return print(
            json
              ? safeJson({ id, revision: revision.revision })
              : `${safeText(id)} was retracted before, by revision ${revision.revision}.`,
          );
        }
        const stored = await api.retract(id, revision, reason, dryRun ? { dryRun } : {});
        const { dry, is } = wordsOfOutcome(dryRun);
        return print(
          json ? safeJson(stored) : `${dry}${safeText(stored.id)} ${is} retracted, revision ${stored.revision}.`,
        );
      }),
    );
  addApiOptions(command);
}
