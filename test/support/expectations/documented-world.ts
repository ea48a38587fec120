import { expect } from '@jest/globals';
import { interfere } from '../world/interference.ts';
import type { World } from '../world/world.ts';
import { documentedAnswer, documentedAnswers, undocumentedIn } from './documented.ts';

type Call = Parameters<World['call']>[2];

/** Compares what the functions of a world answer with the document, strictly, and remembers which answers were seen. */
export class DocumentedWorld {
  readonly #world: World;
  readonly #seen = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Expects an answer of this status that has all that the document says, and nothing else. */
  async expect(method: string, target: string, status: number, call: Call = {}): Promise<void> {
    const reply = await this.#world.call(method, target, call);
    const [path = ''] = target.split('?');
    expect([method, target, reply.status, ...undocumentedIn(method, path, reply)]).toEqual([method, target, status]);
    this.#seen.add(documentedAnswer(method, path, status));
  }

  /** Expects what every route answers to a request that bypasses the distribution. */
  async expectForbidden(method: string, target: string, call: Call = {}): Promise<void> {
    await this.expect(method, target, 403, { ...call, headers: { ...call.headers, 'x-origin-verify': 'unknown' } });
  }

  /** Expects what a route answers while the database cannot be reached. */
  async expectUnavailable(method: string, target: string, call: Call = {}): Promise<void> {
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const end = interfere(dynamodb, () => 'never sent');
    try {
      await this.expect(method, target, 503, call);
    } finally {
      end();
    }
  }

  /** The answers of the routes of some groups that the document has and nothing has expected yet. */
  unseen(tags: readonly string[]): string[] {
    return documentedAnswers(tags).filter((answer) => !this.#seen.has(answer));
  }
}
