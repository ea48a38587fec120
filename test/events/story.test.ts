import { describe, expect, test } from '@jest/globals';
import { errorsOf } from '../../events/input/validation.ts';
import { storySchema } from '../../events/story.ts';

describe('the description of a story', () => {
  test.each([
    { title: 'Karabakh' },
    { title: '𝄞'.repeat(300), description: '', timezone: 'Asia/Baku', language: 'en' },
    { title: 'a', timezone: 'UTC' },
    { title: 'a', timezone: 'Europe/Kyiv' },
  ])('may be %j', (story) => {
    expect(errorsOf(storySchema, story)).toEqual([]);
  });
  const zone = 'Must be a zone of the tz database, such as Asia/Baku, or UTC.';
  test.each<[object, string, string]>([
    [{}, '/title', 'Is required: a string.'],
    [{ title: ' ' }, '/title', 'Must not be blank.'],
    [{ title: 'a'.repeat(301) }, '/title', 'Must have at most 300 characters.'],
    [{ title: 'a', description: null }, '/description', 'Must be a string, not null.'],
    [{ title: 'a', timezone: 'Asia/Nowhere' }, '/timezone', zone],
    [{ title: 'a', timezone: '+04:00' }, '/timezone', zone],
    [{ title: 'a', timezone: '' }, '/timezone', zone],
    [{ title: 'a', language: 'e' }, '/language', 'Must be a language tag of BCP 47, such as en or az-Latn.'],
    [
      { title: 'a', slug: 'a' },
      '/slug',
      'Is not a known field. Leave it out, or use one of: title, description, timezone, language, contributors.',
    ],
  ])('cannot be %j', (story, pointer, detail) => {
    expect(errorsOf(storySchema, story)).toEqual([{ pointer, detail }]);
  });
});
