import { describe, expect, test } from '@jest/globals';
import { mergePatch } from '../../../events/decisions/merge-patch.ts';
import { validateData } from '../../../events/event.ts';
import { InvalidInput } from '../../../events/input/errors.ts';
import { requiredFields } from '../samples.ts';

const data = (translations: unknown) => ({ ...requiredFields, translations });
const check = (translations: unknown) => validateData('development.reported', data(translations), '');
const languagesOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`en-x-${index}`, { headline: 'A truce' }]));

describe('The translations of an event', () => {
  test.each([
    [{ fr: { headline: 'Une trêve' } }],
    [{ 'az-Latn': { headline: 'Atəşkəs', summary: '' }, ar: { headline: 'هدنة' } }],
    [{}],
    [languagesOf(16)],
  ])('are accepted: %j', (translations) => {
    expect(() => check(translations)).not.toThrow();
  });

  test.each([
    ['no language', { 'no language': { headline: 'A' } }],
    ['too many languages', languagesOf(17)],
    ['no headline', { fr: { summary: 'A' } }],
    ['a blank headline', { fr: { headline: ' ' } }],
    ['a headline longer than the original may be', { fr: { headline: 'a'.repeat(301) } }],
    ['a summary longer than the original may be', { fr: { headline: 'A', summary: 'a'.repeat(20_001) } }],
    ['an unknown field', { fr: { headline: 'A', title: 'A' } }],
    ['a text', { fr: 'A' }],
  ])('are refused with %s', (_, translations) => {
    expect(() => check(translations)).toThrow(InvalidInput);
  });

  test('are corrected one by one', () => {
    const before = data({ fr: { headline: 'Une trêve', summary: 'A' }, az: { headline: 'Atəşkəs' } });
    expect(mergePatch(before, { translations: { fr: { headline: 'La trêve' }, az: null } })).toEqual(
      data({ fr: { headline: 'La trêve', summary: 'A' } }),
    );
  });
});
