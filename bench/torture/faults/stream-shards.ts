import type { Chance } from '../../../test/support/models/chance.ts';

/** How streams behave. */
export interface StreamWeather {
  /** Of reads: they return some of the records before once more. */
  redelivered: number;
  /** Of reads: they return nothing yet, so that the other shard comes first. */
  heldUp: number;
  /** Of reads: they return a few records only. */
  split: number;
}

interface StreamRecord {
  readonly dynamodb: { readonly Keys: { readonly pk: { readonly S: string } } };
}

// biome-ignore lint/suspicious/noExplicitAny: the answers of the engine
type Body = any;

type Ask = (operation: string, input: unknown) => Promise<{ status: number; answer: string }>;

const shards = 2;
const remembered = 25;
const mostRedelivered = 8;
const largestSplit = 4;

/** The shard of a partition key. */
function shardOf(pk: string): number {
  let sum = 0;
  for (const character of pk) sum = (sum * 31 + character.charCodeAt(0)) % 65_521;
  return sum % shards;
}

const lettered = (shard: number, id: string) => `${id}-${shard}`;

function unlettered(id: string): { shard: number; original: string } {
  return { shard: Number(id.at(-1)), original: id.slice(0, -2) };
}

/**
 * Shows each shard of a stream as several, by partition key. Those who read them side by side see the order of one key
 * and not that of several, as on AWS. Records come again, in small pieces, or later than those of the other shard, as
 * the weather says.
 */
export class StreamShards {
  readonly weather: StreamWeather = { redelivered: 0, heldUp: 0, split: 0 };
  readonly #luck: Chance;
  readonly #ask: Ask;
  /** The last records of each shard. */
  readonly #last = new Map<string, StreamRecord[]>();

  constructor(luck: Chance, ask: Ask) {
    this.#luck = luck;
    this.#ask = ask;
  }

  async answer(operation: string, input: Body): Promise<{ status: number; answer: string }> {
    if (operation === 'DescribeStream') return this.#describe(input);
    if (operation === 'GetShardIterator') return this.#iterator(input);
    if (operation === 'GetRecords') return this.#records(input);
    return this.#ask(operation, input);
  }

  async #changed(operation: string, input: Body, change: (body: Body) => void) {
    const { status, answer } = await this.#ask(operation, input);
    if (status !== 200) return { status, answer };
    const body = JSON.parse(answer);
    change(body);
    return { status, answer: JSON.stringify(body) };
  }

  #describe(input: Body) {
    const { ExclusiveStartShardId: from, ...rest } = input;
    const asked = { ...rest, ...(from && { ExclusiveStartShardId: unlettered(from).original }) };
    return this.#changed('DescribeStream', asked, ({ StreamDescription: described }) => {
      const all: Body[] = described.Shards ?? [];
      described.Shards = all.flatMap((shard) =>
        Array.from({ length: shards }, (_, index) => ({
          ...shard,
          ShardId: lettered(index, shard.ShardId),
          ...(shard.ParentShardId && { ParentShardId: lettered(index, shard.ParentShardId) }),
        })),
      );
      if (described.LastEvaluatedShardId) described.LastEvaluatedShardId = lettered(0, described.LastEvaluatedShardId);
    });
  }

  #iterator(input: Body) {
    const { shard, original } = unlettered(input.ShardId);
    return this.#changed('GetShardIterator', { ...input, ShardId: original }, (body) => {
      if (body.ShardIterator) body.ShardIterator = `${shard} ${input.StreamArn} ${body.ShardIterator}`;
    });
  }

  #records(input: Body) {
    const [shard = '', arn = '', iterator] = String(input.ShardIterator).split(' ');
    const { redelivered, heldUp, split } = this.weather;
    if (this.#luck.so(heldUp))
      return Promise.resolve({
        status: 200,
        answer: JSON.stringify({ Records: [], NextShardIterator: input.ShardIterator }),
      });
    const Limit = this.#luck.so(split) ? 1 + this.#luck.below(largestSplit) : input.Limit;
    return this.#changed('GetRecords', { ...input, Limit, ShardIterator: iterator }, (body) => {
      const all: StreamRecord[] = body.Records ?? [];
      const own = all.filter(({ dynamodb }) => shardOf(dynamodb.Keys.pk.S) === Number(shard));
      const name = `${shard} ${arn}`;
      const before = this.#last.get(name) ?? [];
      const again =
        own.length > 0 && this.#luck.so(redelivered) ? before.slice(-1 - this.#luck.below(mostRedelivered)) : [];
      this.#last.set(name, [...before, ...own].slice(-remembered));
      body.Records = [...again, ...own];
      if (body.NextShardIterator) body.NextShardIterator = `${name} ${body.NextShardIterator}`;
    });
  }
}
