import { describe, expect, test } from '@jest/globals';
import { type AlarmProperties, ringsOf, type Sample } from '../../support/models/alarm-model.ts';
import { synthesized } from '../synthesized.ts';

const stack = await synthesized();

const alarmOf = (name: string) =>
  stack.propertiesOf('AWS::CloudWatch::Alarm')[`Alarms/${name}`] as unknown as AlarmProperties;

const anHour = 60;

/** A value each minute. */
const eachMinute = (from: number, through: number, value: (minute: number) => number): Sample[] =>
  Array.from({ length: through - from + 1 }, (_, index) => ({ at: from + index, value: value(from + index) }));

describe('The alarm of a dead-letter queue', () => {
  const alarm = alarmOf('PromptDeadLettersGrown');
  const depths = (samples: readonly Sample[]) => ({ ApproximateNumberOfMessagesVisible: samples });

  test('rings for the first message in a queue that had no metrics, since nobody used it', () => {
    expect(ringsOf(alarm, depths(eachMinute(20, 90, () => 1)), 90)).toEqual([21]);
  });

  test('rings for each message that comes later, and not for those that are still there', () => {
    const depth = (minute: number) => 1 + Number(minute >= 60) + Number(minute >= 100);
    expect(ringsOf(alarm, depths(eachMinute(0, 200, depth)), 200)).toEqual([1, 61, 101]);
  });

  test('rings if the metrics of the queue are a quarter of an hour late', () => {
    const late = eachMinute(20, 90, () => 1).map((sample) => ({ ...sample, knownAt: Math.max(sample.at + 1, 35) }));
    expect(ringsOf(alarm, depths(late), 90)).toEqual([35]);
  });

  test('does not ring while messages are taken out of it', () => {
    expect(ringsOf(alarm, depths(eachMinute(-anHour, 90, (minute) => (minute < 30 ? 2 : 0))), 90)).toEqual([]);
  });
});

describe('The alarm of what is sent to a queue', () => {
  const alarm = alarmOf('ParkedSent');
  const sent = (minute: number) => Number(minute === 20 || minute === 80);

  test('rings for each message', () => {
    expect(ringsOf(alarm, { NumberOfMessagesSent: eachMinute(0, 120, sent) }, 120)).toEqual([21, 81]);
  });

  test('rings if the metrics of the queue are a quarter of an hour late, with those of the minutes after it', () => {
    const late = eachMinute(20, 60, sent).map((sample) => ({ ...sample, knownAt: Math.max(sample.at + 1, 35) }));
    expect(ringsOf(alarm, { NumberOfMessagesSent: late }, 60)).toEqual([35]);
  });
});

describe('The alarm of events that are accepted and not published', () => {
  const alarm = alarmOf('NothingSequenced');
  const once = (at: number, knownAt = at + 1): Sample => ({ at, value: 1, knownAt });
  const rings = (appended: readonly Sample[], sequenced: readonly Sample[]) =>
    ringsOf(alarm, { EventsAppended: appended, RevisionsSequenced: sequenced }, 120);

  test('rings for a single event, however long nothing else was written', () => {
    expect(rings([once(40)], [])).toEqual([46]);
  });

  test('rings for the first event that is not published, in the midst of others', () => {
    const appended = eachMinute(0, 90, () => 10);
    expect(
      rings(
        appended,
        eachMinute(0, 59, () => 10),
      ),
    ).toEqual([70]);
  });

  test.each([0, 1, 2, 3, 4])('does not ring for an event that is published, %i minutes after its minute', (minutes) => {
    expect(rings([once(40)], [once(40 + minutes)])).toEqual([]);
  });

  test.each([1, 2, 3, 4])('does not ring if the publication becomes known %i minutes late', (minutes) => {
    expect(rings([once(40, 40)], [once(40, 40 + minutes)])).toEqual([]);
  });

  test('does not ring for events that were published before', () => {
    const all = [once(10), once(35), once(38), once(70)];
    expect(rings(all, all)).toEqual([]);
  });
});

describe('The alarm of a function that follows a stream', () => {
  const alarm = alarmOf('ProjectIteratorAge');
  const rings = (ages: readonly Sample[]) => ringsOf(alarm, { IteratorAge: ages }, 120);
  /** A record of minute 30 that is attempted again every so many minutes. */
  const stuck = (minutes: number) =>
    eachMinute(30, 120, (minute) => (minute - 30) * 60_000).filter(({ at }) => at % minutes === 0);

  test.each([
    [1, [34]],
    [2, [37]],
    [3, [40]],
  ])('rings if the function fails at each attempt, of which one is made in %i minutes', (minutes, expected) => {
    expect(rings(stuck(minutes))).toEqual(expected);
  });

  test('does not ring if a burst takes two minutes', () => {
    expect(rings(eachMinute(0, 120, (minute) => (minute === 40 || minute === 41 ? 90_000 : 200)))).toEqual([]);
  });
});

describe('The alarm of a function that a schedule invokes', () => {
  const alarm = alarmOf('EraseContentIdle');
  const rings = (hasRun: (minute: number) => boolean, hasFailed: (minute: number) => boolean) => {
    const runs = eachMinute(-anHour, 120, (minute) => Number(hasFailed(minute)));
    return ringsOf(alarm, { Errors: runs.filter(({ at }) => hasRun(at)) }, 120);
  };

  test('rings if the function is not invoked any more', () => {
    expect(
      rings(
        (minute) => minute < 30,
        () => false,
      ),
    ).toEqual([42]);
  });

  test('rings if every run fails', () => {
    expect(
      rings(
        () => true,
        (minute) => minute >= 30,
      ),
    ).toEqual([40]);
  });

  test('does not ring if a run fails, or none begins for some minutes', () => {
    expect(
      rings(
        (minute) => minute < 30 || minute > 37,
        (minute) => minute === 50,
      ),
    ).toEqual([]);
  });
});

describe('The alarm of messages that wait', () => {
  const alarm = alarmOf('BacklogAge');

  test('rings if the sweep, which measures them, does not run any more', () => {
    expect(ringsOf(alarm, { BacklogAge: eachMinute(-anHour, 29, () => 0) }, 60)).toEqual([35]);
  });

  test('does not ring if the sweep has run twice in one minute and not in the next', () => {
    const ages = eachMinute(-anHour, 60, () => 0).filter(({ at }) => at % 10 > 0);
    expect(ringsOf(alarm, { BacklogAge: ages }, 60)).toEqual([]);
  });
});
