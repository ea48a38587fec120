import { createHash, randomBytes } from 'node:crypto';

/**
 * Lambda stops a chain of invocations through queues when one function has been invoked so often in it (Lambda
 * Developer Guide, "Use Lambda recursive loop detection to prevent infinite loops"). The AWS SDK passes the chain on
 * with each message that a function sends.
 */
const longestChain = 16;

const shortHash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8);

const partOf = (trace: string, name: string) =>
  trace
    .split(';')
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** How often each function was invoked in a chain, by the hash of its name: `a87bd80c:1|68fd508a:5`. */
function invocationsIn(trace: string): Map<string, number> {
  const pairs = (partOf(trace, 'Lineage') ?? '').split('|').filter((pair) => pair !== '');
  return new Map(pairs.map((pair) => pair.split(':')).map(([hash = '', count]) => [hash, Number(count)]));
}

/** The trace of an invocation that no other caused. */
export const newTrace = (): string =>
  `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;

/** An invocation in a chain. */
export interface ChainedInvocation {
  /** The trace that the invocation passes on. */
  readonly trace: string;
  /** Whether Lambda takes it for a recursive loop. */
  readonly isLoop: boolean;
}

/**
 * The next invocation of a function in the chain that sent its messages. Of several messages, the longest chain counts.
 *
 * @param arn the function
 * @param traces the traces of the messages, as far as they have any
 */
export function chainedInvocation(arn: string, traces: readonly (string | undefined)[]): ChainedInvocation {
  const hash = shortHash(arn);
  const known = traces.filter((trace) => trace !== undefined);
  const countIn = (trace: string) => invocationsIn(trace).get(hash) ?? 0;
  const longest = known.sort((one, other) => countIn(other) - countIn(one))[0] ?? newTrace();
  const invocations = invocationsIn(longest);
  const count = countIn(longest) + 1;
  const lineage = [...invocations.set(hash, count)].map(([name, times]) => `${name}:${times}`).join('|');
  return { trace: `Root=${partOf(longest, 'Root')};Lineage=${lineage}`, isLoop: count > longestChain };
}
