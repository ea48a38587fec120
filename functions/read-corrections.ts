import type { Answer } from './lib/http/answer.ts';
import { answerText } from './lib/http/answer.ts';
import { immutableCaching, liveCaching } from './lib/http/caching.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { type CorrectionsAnswer, correctionsQuerySchema } from './lib/read/corrections/corrections.ts';
import { readCorrectionsLog } from './lib/read/corrections/corrections-log.ts';
import { publicRoute } from './lib/route/route.ts';

/** Answers the log of corrections, the newest first. */
async function readCorrections(request: Request): Promise<Answer> {
  const query = queryParameters(request, correctionsQuerySchema);
  const { lines, nextCursor, immutable } = await readCorrectionsLog(query, request.now);
  return {
    status: 200,
    headers: {
      ...(immutable ? immutableCaching : liveCaching),
      'content-type': 'application/json',
      ...nextLink(request, 'cursor', nextCursor),
    },
    body: answerText<CorrectionsAnswer, 'corrections'>('corrections', lines, { nextCursor }),
  };
}

export const handler = publicRoute(readCorrections);
