import api from '../docs/api.md';
import architecture from '../docs/architecture.md';
import changes from '../docs/changes.md';
import client from '../docs/client.md';
import commandLine from '../docs/command-line.md';
import corrections from '../docs/corrections.md';
import costs from '../docs/costs.md';
import dateRanges from '../docs/date-ranges.md';
import deskIntegrations from '../docs/desk-integrations.md';
import firstStory from '../docs/first-story.md';
import glossary from '../docs/glossary.md';
import importing from '../docs/importing.md';
import operating from '../docs/operating.md';
import pages from '../docs/pages.md';
import readingTimelines from '../docs/reading-timelines.md';
import scale from '../docs/scale.md';
import takingDown from '../docs/taking-down.md';
import webhooks from '../docs/webhooks.md';
import writingEvents from '../docs/writing-events.md';
import { guidePage } from './lib/documentation/guide-page.ts';
import { pageAnswer } from './lib/documentation/page-answer.ts';
import type { Answer } from './lib/http/answer.ts';
import type { Request } from './lib/http/request.ts';
import { publicRoute } from './lib/route/route.ts';

const texts = {
  api,
  architecture,
  changes,
  client,
  'command-line': commandLine,
  corrections,
  costs,
  'date-ranges': dateRanges,
  'desk-integrations': deskIntegrations,
  'first-story': firstStory,
  glossary,
  importing,
  operating,
  pages,
  'reading-timelines': readingTimelines,
  scale,
  'taking-down': takingDown,
  webhooks,
  'writing-events': writingEvents,
};

/** Answers a guide of the folder `docs` as a page. */
async function readGuide({ pathParameters: { guide = '' } }: Request): Promise<Answer> {
  return pageAnswer(guidePage(texts, guide));
}

export const handler = publicRoute(readGuide);
