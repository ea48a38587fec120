import { describe, expect, test } from '@jest/globals';
import { parseAtomFeed, parseRssFeed } from 'feedsmith';
import { atom } from '../../../functions/lib/formats/feeds/atom.ts';
import { jsonfeed } from '../../../functions/lib/formats/feeds/jsonfeed.ts';
import { rss } from '../../../functions/lib/formats/feeds/rss.ts';
import { documentWith } from './documents.ts';

const road = {
  url: 'https://images.example.org/road.jpg?a=1&b=2',
  alternativeText: 'Trucks on a road <in the snow>',
  credit: 'Jane Roe & AFP',
  licence: 'CC BY-SA 4.0',
  caption: 'The road through Lachin',
  width: 1200,
  height: 800,
};
const bridge = {
  url: 'https://images.example.org/bridge"1".jpg',
  alternativeText: 'A bridge',
  credit: 'AFP',
  licence: 'All rights reserved',
};
const document = documentWith({ media: [road, bridge] });

const shown = [
  {
    url: road.url,
    medium: 'image',
    width: 1200,
    height: 800,
    title: { value: road.caption },
    description: { value: road.alternativeText },
    credits: [{ value: road.credit }],
    licenses: [{ name: road.licence }],
  },
  {
    url: 'https://images.example.org/bridge%221%22.jpg',
    medium: 'image',
    description: { value: bridge.alternativeText },
    credits: [{ value: bridge.credit }],
    licenses: [{ name: bridge.licence }],
  },
];

describe('The images of an entry', () => {
  test('are in RSS with what must be shown beside them', () => {
    expect(parseRssFeed(rss.render(document)).items?.[0]?.media?.contents).toEqual(shown);
  });

  test('are in Atom with what must be shown beside them', () => {
    expect(parseAtomFeed(atom.render(document)).entries?.[0]?.media?.contents).toEqual(shown);
  });

  test('are in JSON Feed: the first as the image of the item, and all as they were sent', () => {
    const [item] = JSON.parse(jsonfeed.render(document)).items;
    expect([item.image, item._timeline.media]).toEqual([road.url, [road, bridge]]);
  });

  test('are missing where there are none', () => {
    const without = documentWith({});
    expect([rss.render(without), atom.render(without)].join()).not.toContain('media:');
    expect(JSON.parse(jsonfeed.render(without)).items[0]).not.toHaveProperty('image');
  });
});
