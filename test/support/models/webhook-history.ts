import fc from 'fast-check';
import type { EndpointFilter } from '../../../events/webhooks/endpoint-filter.ts';

/**
 * The next step of a newsroom, of fan-out or of the owner of an endpoint. Numbers choose among the existing events and
 * endpoints.
 */
export type WebhookStep =
  | { readonly does: 'record'; readonly data: object }
  | { readonly does: 'correct'; readonly event: number; readonly data: object }
  | { readonly does: 'retract'; readonly event: number }
  | { readonly does: 'fan out'; readonly share: number }
  | { readonly does: 'open'; readonly share: number; readonly filter: EndpointFilter }
  | { readonly does: 'filter'; readonly endpoint: number; readonly filter: EndpointFilter }
  | { readonly does: 'disable' | 'enable' | 'begin backfill' | 'work'; readonly endpoint: number };

const data = fc.record({
  places: fc.subarray([{ name: 'Lachin' }, { name: 'Shusha' }, { name: 'Aghdam' }]),
  actors: fc.subarray([{ name: 'Russia' }, { name: 'Turkey' }]),
  status: fc.constantFrom('planned', 'confirmed'),
  when: fc.constantFrom(...['2020-11-09', '2020-11', '2021', '2020-12/..'].map((edtf) => ({ edtf }))),
});

/** Filters of endpoints and readers. */
export const anyEndpointFilter: fc.Arbitrary<EndpointFilter> = fc.constantFrom<EndpointFilter[]>(
  {},
  { stories: ['karabakh-2020'] },
  { stories: ['another'] },
  { places: ['lachin'] },
  { places: ['shusha', 'aghdam'], statuses: ['confirmed'] },
  { actors: ['russia'], places: ['lachin'] },
  { newsrooms: ['example'], places: ['lachin'] },
  { newsrooms: ['another'] },
  { from: '2020-11', to: '2020-11' },
  { from: '2021', actors: ['turkey'] },
);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const does = <Name extends string>(name: Name) => fc.constant(name);
const ofEndpoint = fc.record({
  does: fc.constantFrom('disable' as const, 'enable' as const, 'begin backfill' as const, 'work' as const),
  endpoint: fc.nat(),
});

const anyStep: fc.Arbitrary<WebhookStep> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: does('record'), data }) },
  { weight: 6, arbitrary: fc.record({ does: does('correct'), event: fc.nat(), data }) },
  { weight: 1, arbitrary: fc.record({ does: does('retract'), event: fc.nat() }) },
  { weight: 6, arbitrary: fc.record({ does: does('fan out'), share }) },
  { weight: 2, arbitrary: fc.record({ does: does('open'), share, filter: anyEndpointFilter }) },
  { weight: 2, arbitrary: fc.record({ does: does('filter'), endpoint: fc.nat(), filter: anyEndpointFilter }) },
  { weight: 6, arbitrary: ofEndpoint },
);

/** Histories of the events and endpoints of a newsroom, step by step. */
export const webhookHistories = fc.array(anyStep, { minLength: 10, maxLength: 60, size: 'max' });
