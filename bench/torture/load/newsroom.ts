import { setTimeout as delay } from 'node:timers/promises';
import { eventIdOf, sourceOf } from '../../../events/identity.ts';
import type { Happening } from '../../../test/journeys/support/imprecise-events.ts';
import type { Chance } from '../../../test/support/models/chance.ts';
import type { Findings } from '../checks/findings.ts';
import type { Acknowledgements, KnownEvent } from './acknowledgements.ts';
import type { Load, Thing } from './load.ts';
import { type Answer, insist, NoAnswer, type Request } from './patient-client.ts';

/** A desk of a newsroom, which does one thing after the other. */
export interface Desk {
  readonly name: string;
  readonly newsroom: string;
  readonly key: string;
  /** Whether it is the one that describes the stories of its newsroom. */
  readonly describes: boolean;
  readonly url: string;
  readonly luck: Chance;
  readonly happenings: readonly Happening[];
  readonly known: Acknowledgements;
  readonly findings: Findings;
  readonly load: Load;
  /** Whether it is to go on. While it is to wait, the promise is pending. */
  goOn(): Promise<boolean>;
  /** The longest pause between two things, in milliseconds. */
  readonly pauseMs: number;
}

interface Draft {
  readonly ownId: string;
  readonly word: string;
  readonly happening: Happening;
  readonly stories: readonly string[];
  readonly event: object;
}

const largestBatch = 12;
/** Half of the held events are published soon, while the load lasts. */
const longestHoldsMs = [15_000, 60_000] as const;
const mostRevisions = 12;
/** A redaction waits for the publication of its event, but not for longer. */
const publishingMs = 20_000;
/** How often a desk sends what nobody answers for minutes. By then all faults are over. */
const mostTimes = 4;
/** A desk goes on to another story after so many of its drafts. */
const eventsOfStory = 80;
/** Cards of it are compressed, and not so large that the log has it alone. */
const longText = (word: string) => `${word} `.repeat(200);
const badInputs: readonly (readonly [pointer: string, body: object])[] = [
  ['/data/when/edtf', { when: { edtf: '2020-13-45' } }],
  ['/data/headline', { headline: '' }],
  ['/data/status', { status: 'rumoured' }],
  ['/data/sources', { sources: [] }],
  ['/data/wrong', { wrong: true }],
];

/** Lets a desk work until it is to stop. It ends with everything that it has begun acknowledged. */
export async function work(desk: Desk): Promise<void> {
  const { name, newsroom, key, describes, url, luck, happenings, known, findings, load } = desk;
  const own: KnownEvent[] = [];
  let made = 0;

  /**
   * Sends a request until it is answered, as a newsroom does that must know whether it was done. A long silence is
   * reported.
   */
  async function send(request: Omit<Request, 'key'>): Promise<Answer> {
    for (let times = 1; times < mostTimes; times++) {
      try {
        return await insist(url, { key, ...request });
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        findings.add('stopped', error.message);
      }
    }
    return insist(url, { key, ...request });
  }

  const wrong = (what: string, { status, text }: Answer) =>
    findings.add('input', `${what} was answered ${status}: ${text.slice(0, 300)}`);

  /** @param ownId is in what no correction changes, and so stays while one revision stays */
  function content(happening: Happening, word: string, ownId: string) {
    return {
      when: happening.when,
      headline: `What ${word} says`,
      status: luck.of(['reported', 'confirmed']),
      sources: [{ url: `https://example.org/${ownId}`, publisher: 'AFP' }],
      ...(luck.so(0.3) && { places: [{ name: `Place ${luck.below(3)}` }, { name: `Town of ${ownId}` }] }),
      ...(luck.so(load.longTexts) && { summary: longText(word) }),
    };
  }

  function draft(): Draft {
    const number = ++made;
    const word = `w${name}x${number}`;
    const happening = luck.of(happenings);
    const part = Math.floor(number / eventsOfStory);
    const stories = [`of-${newsroom}-${part}`, `shared-${part}`];
    const subject = luck.of(stories);
    const also = luck.so(0.15) ? stories.filter((story) => story !== subject) : [];
    const ownId = `i${name}x${number}`;
    const data = { ...content(happening, word, ownId), ...(also.length > 0 && { stories: also }) };
    return {
      ownId,
      word,
      happening,
      stories: [subject, ...also],
      event: { type: 'development.reported', id: ownId, subject, data },
    };
  }

  const idOf = (ownId: string) => eventIdOf(sourceOf(newsroom), ownId);

  function acknowledge({ ownId, word, happening, stories: within }: Draft, id: string): KnownEvent {
    const event: KnownEvent = {
      id,
      ownId,
      newsroom,
      stories: within,
      revisions: [{ kind: 'recorded', word, happening }],
      isRedacted: false,
      isOver: false,
    };
    if (id !== idOf(ownId)) findings.add('input', `${ownId} of ${newsroom} got the id ${id}.`);
    known.events.set(id, event);
    for (const story of within) known.stories.add(story);
    known.acknowledged++;
    own.push(event);
    return event;
  }

  /** An event that something can still happen to. */
  const standing = () => {
    const open = own.filter(({ isOver, revisions }) => !isOver && revisions.length < mostRevisions);
    return open.length > 0 ? luck.of(open) : undefined;
  };

  async function post(): Promise<void> {
    const one = draft();
    const before = luck.so(0.3) ? own.findLast(({ id }) => !known.held.has(id)) : undefined;
    const headers = before && { follows: before.id };
    const answer = await send({ method: 'POST', path: '/v1/events', body: one.event, ...(headers && { headers }) });
    // It was stored before if the function, or this desk, had no answer the first time.
    if (answer.status > 201) return wrong(`The event ${one.ownId}`, answer);
    acknowledge(one, answer.body.id);
    if (before) known.orders.push([before.id, answer.body.id]);
  }

  async function postBatch(): Promise<void> {
    const drafts = Array.from({ length: 2 + luck.below(largestBatch - 1) }, draft);
    const answer = await send({ method: 'POST', path: '/v1/events', body: drafts.map(({ event }) => event) });
    if (answer.status !== 200 || answer.body.results.length !== drafts.length)
      return wrong(`A batch of ${name}`, answer);
    const results: { id: string; outcome: string }[] = answer.body.results;
    known.orders.push(results.map(({ id }) => id));
    results.forEach(({ id, outcome }, index) => {
      if (outcome === 'created' || outcome === 'replayed') acknowledge(drafts[index] as Draft, id);
      else findings.add('input', `${id} of a batch was answered ${outcome}.`);
    });
  }

  async function putByOwnId(): Promise<void> {
    const one = draft();
    const { id: _, ...event } = one.event as { id: string };
    const path = `/v1/events?id=${one.ownId}`;
    const answer = await send({ method: 'PUT', path, body: { event } });
    if (answer.status > 201) return wrong(`The event ${one.ownId} that was put`, answer);
    acknowledge(one, answer.body.id);
  }

  async function correct(): Promise<void> {
    const event = standing();
    if (!event) return;
    const word = `w${name}x${++made}`;
    const noteWord = `n${name}x${made}`;
    const happening = luck.so(0.5) ? luck.of(happenings) : undefined;
    const data = {
      ...(happening && { when: { tz: null, kind: null, ...happening.when } }),
      headline: `What ${word} says`,
      summary: luck.so(load.longTexts) ? longText(word) : `It is ${word}.`,
    };
    const revision = event.revisions.length - 1;
    const answer = await send({
      method: 'POST',
      path: `/v1/events/${event.id}/corrections`,
      headers: { 'if-match': `"${revision}"` },
      body: { note: `Because of ${noteWord}`, data },
    });
    if (answer.status > 201 || answer.body.revision !== revision + 1)
      return wrong(`Correction ${revision + 1} of ${event.id}`, answer);
    const before = event.revisions.at(-1)?.happening;
    const told = happening ?? before;
    event.revisions.push({ kind: 'corrected', word, noteWord, ...(told && { happening: told }) });
    known.acknowledged++;
  }

  async function retract(): Promise<void> {
    const event = standing();
    if (!event) return;
    const noteWord = `n${name}x${++made}`;
    const revision = event.revisions.length - 1;
    const answer = await send({
      method: 'POST',
      path: `/v1/events/${event.id}/retraction`,
      headers: { 'if-match': `"${revision}"` },
      body: { note: `Because of ${noteWord}` },
    });
    if (answer.status > 201 || answer.body.revision !== revision + 1)
      return wrong(`The retraction of ${event.id}`, answer);
    event.revisions.push({ kind: 'retracted', noteWord });
    event.isOver = true;
    known.acknowledged++;
  }

  async function redact(): Promise<void> {
    const event = standing();
    if (!event || event.isRedacted) return;
    const latest = event.revisions.length - 1;
    const revisions =
      latest > 0 && luck.so(0.5)
        ? [...Array(latest).keys()].filter((number) => number === 0 || luck.so(0.5))
        : undefined;
    const path = `/v1/events/${event.id}`;
    const isPublished = await insist(url, { method: 'GET', path }, ({ status }) => status === 404, publishingMs).catch(
      () => null,
    );
    // It is not taken down then. That it is not in the record is found later.
    if (!isPublished) return;
    const body = { reason: 'legal', note: 'By an order of a court.', ...(revisions && { revisions }) };
    const answer = await send({ method: 'POST', path: `${path}/redaction`, body });
    if (answer.status !== 202 && answer.status !== 200) return wrong(`The redaction of ${event.id}`, answer);
    event.revisions.forEach(({ word, noteWord }, number) => {
      if (revisions && !revisions.includes(number)) return;
      if (word) known.takenDown.set(word, event.id);
      if (noteWord) known.takenDown.set(noteWord, event.id);
    });
    if (!revisions) known.takenDown.set(event.ownId, event.id);
    const stays = event.revisions.at(-1);
    event.revisions.push({
      kind: 'redacted',
      ...(revisions && { takesDown: revisions }),
      ...(revisions && stays?.word && { word: stays.word }),
      ...(revisions && stays?.happening && { happening: stays.happening }),
    });
    event.isRedacted = true;
    event.isOver = true;
    known.acknowledged++;
  }

  async function describe(): Promise<void> {
    const story = own.findLast(({ id, stories: [first = ''] }) => first.startsWith('of-') && !known.held.has(id))
      ?.stories[0];
    if (!describes || story === undefined) return;
    const before = known.descriptions.get(story);
    const title = `Title ${++made} of ${story}`;
    const answer = await send({
      method: 'PUT',
      path: `/v1/stories/${story}`,
      ...(before && { headers: { 'if-match': `"${before.revision}"` } }),
      body: { title },
    });
    if (answer.status > 201) return wrong(`The description of ${story}`, answer);
    known.descriptions.set(story, { id: eventIdOf('/stories', story), revision: answer.body.revision, title });
    known.acknowledged++;
  }

  /** Posts a held event whose state is not known, which publishes it now unless that has been done before. */
  async function postHeld(one: Draft): Promise<void> {
    const answer = await send({ method: 'POST', path: '/v1/events', body: one.event });
    known.embargoes.delete(idOf(one.ownId));
    if (answer.status > 201) return wrong(`The event ${one.ownId} that may be held`, answer);
    acknowledge(one, idOf(one.ownId)).isOver = true;
  }

  async function hold(): Promise<void> {
    const one = draft();
    const at = new Date(Date.now() + luck.below(luck.of(longestHoldsMs))).toISOString();
    const path = `/v1/events?publishAt=${encodeURIComponent(at)}`;
    const answer = await send({ method: 'POST', path, body: one.event });
    const id = idOf(one.ownId);
    known.held.add(id);
    // Its instant has passed while it was sent. An attempt without an answer may have held it before.
    const isLate = answer.status === 400 && answer.body?.errors?.[0]?.parameter === 'publishAt';
    if (isLate) return postHeld(one);
    if (![200, 201, 202].includes(answer.status)) return wrong(`The held event ${one.ownId}`, answer);
    known.embargoes.set(id, at);
    if (luck.so(0.3)) {
      const taken = await send({ method: 'DELETE', path: `/v1/held-events/${id}` });
      if (![204, 404, 409].includes(taken.status)) wrong(`To take back ${one.ownId}`, taken);
      // Else it was published meanwhile, an attempt before this one has taken it back, or an attempt to hold it may
      // still be under way.
      if (taken.status === 204 && taken.attempts === 1 && answer.attempts === 1)
        known.never.set(id, 'was held, and taken back');
      else await postHeld(one);
      return;
    }
    if (luck.so(0.3)) {
      known.embargoes.delete(id);
      const released = await send({ method: 'POST', path: `/v1/held-events/${id}/release` });
      if (released.status >= 400 && released.status !== 404 && released.status !== 409)
        wrong(`The release of ${one.ownId}`, released);
    }
    acknowledge(one, id).isOver = true;
  }

  async function sendBadInput(): Promise<void> {
    const one = draft();
    const [pointer, wrongData] = luck.of(badInputs);
    const event = one.event as { data: object };
    const body = { ...event, data: { ...event.data, ...wrongData } };
    const answer = await send({ method: 'POST', path: '/v1/events', body });
    const pointers: string[] = (answer.body?.errors ?? []).map((error: { pointer?: string }) => error.pointer);
    if (answer.status !== 400 || !pointers.some((found) => found?.startsWith(pointer)))
      wrong(`An event with a mistake at ${pointer}`, answer);
    known.never.set(idOf(one.ownId), 'was refused');
  }

  async function tryOnly(): Promise<void> {
    const one = draft();
    const answer = await send({ method: 'POST', path: '/v1/events?dryRun=true', body: one.event });
    if (answer.status !== 201) wrong('A dry run', answer);
    known.never.set(idOf(one.ownId), 'was tried only');
  }

  async function writeWithoutKey(): Promise<void> {
    const one = draft();
    const answer = await insist(url, { method: 'POST', path: '/v1/events', body: one.event });
    if (answer.status !== 401) findings.add('access', `An event without a key was answered ${answer.status}.`);
    const forged = await insist(url, { method: 'POST', path: '/v1/events', body: one.event, key: `${key}x` });
    if (forged.status !== 401 && forged.status !== 403)
      findings.add('access', `An event with a forged key was answered ${forged.status}.`);
    known.never.set(idOf(one.ownId), 'came without a key');
  }

  async function replay(): Promise<void> {
    const event = standing();
    if (!event || event.revisions.length > 1) return;
    const path = `/v1/events/${event.id}/corrections`;
    const body = { note: 'A slip', data: { headline: 'Nobody has read the event' } };
    const answer = await send({ method: 'POST', path, headers: { 'if-match': '"7"' }, body });
    if (answer.status !== 412) wrong('A correction of a revision that does not exist', answer);
    known.replayed++;
  }

  const things: Record<Thing, () => Promise<void>> = {
    ...{ post, postBatch, putByOwnId, correct, retract, redact, describe, hold },
    ...{ sendBadInput, tryOnly, writeWithoutKey, replay },
  };
  const choices = Object.entries(load.things).flatMap(([thing, share]) => Array(share).fill(things[thing as Thing]));

  while (await desk.goOn()) {
    try {
      await luck.of(choices)();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      findings.add('stopped', error.message);
    }
    await delay(luck.below(desk.pauseMs));
  }
}
