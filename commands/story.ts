import type { Command } from 'commander';
import { moveStoryCommand } from './story/move-story.ts';
import { transferStoryCommand } from './story/transfer-story.ts';
import { addCommand, type Terminal } from './terminal/cli.ts';

/** Adds `story`, which hands stories over, and moves them to other slugs. */
export function storyCommand(program: Command, terminal: Terminal): void {
  const story = addCommand(program, 'story', {
    summary: 'Hand stories over to other newsrooms, or move them to other slugs.',
    description:
      'Works on stories as their operator. A story belongs to the newsroom that was published in it first; only an operator can hand it over to another.',
    examples: [
      ['Hand a story of the local system over', 'npx timeline story transfer karabakh-2020 --to afp'],
      [
        'Hand a story of a deployed system over',
        'npx timeline story transfer karabakh-2020 --to afp --event-log EVENT_LOG_TABLE --timelines TIMELINES_TABLE',
      ],
    ],
    exitCodes: { done: 'The work is done.', failed: 'There is no such story, or the tables cannot be reached.' },
  });
  transferStoryCommand(story, terminal);
  moveStoryCommand(story, terminal);
}
