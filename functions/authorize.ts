import middy from '@middy/core';
import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import type { DailyUse } from '../events/quota.ts';
import { type AccessKey, type AccessTable, readAccessKey } from './lib/keys/access-table.ts';
import { isSecretOf, parseApiKey } from './lib/keys/api-key.ts';
import { limitsIn, readNewsroomQuota } from './lib/keys/newsroom-quota.ts';
import { dynamodb } from './lib/runtime/dynamodb.ts';
import { environment } from './lib/runtime/environment.ts';
import { count, logger, observed } from './lib/runtime/observability.ts';

interface Decision {
  readonly isAuthorized: boolean;
  readonly context?: Readonly<Record<'newsroom' | 'keyId' | 'scopes' | 'stories', string> & { dailyUse?: string }>;
}

const table: AccessTable = { client: dynamodb, name: environment('ACCESS_TABLE') };
const defaults = limitsIn(environment('DEFAULT_QUOTA'));

/** The scheme of RFC 6750, in any case, one space, one key, and nothing else. */
const bearer = /^Bearer ([^\s,]+)$/i;

function denied(reason: string, keyId?: string): Decision {
  count('AuthorizationsDenied');
  logger.info('A key was refused.', { reason, ...(keyId && { keyId }) });
  return { isAuthorized: false };
}

/**
 * What the newsroom has used today and its limits, as JSON. A newsroom is not locked out because they cannot be read.
 */
async function dailyUseOf(newsroom: string): Promise<{ dailyUse?: string }> {
  try {
    const { day, used, own } = await readNewsroomQuota(table, newsroom, Date.now());
    const dailyUse: DailyUse = { day, used, limits: { ...defaults, ...own } };
    return { dailyUse: JSON.stringify(dailyUse) };
  } catch (error) {
    count('QuotaLookupsFailed');
    logger.error('The quotas of a newsroom cannot be read, so they are not enforced.', {
      newsroom,
      error: error as Error,
    });
    return {};
  }
}

async function grantedTo({ newsroom, keyId, scopes, stories }: AccessKey): Promise<Decision> {
  const context = { newsroom, keyId, scopes: scopes.join(' '), stories: stories.join(' ') };
  return { isAuthorized: true, context: { ...context, ...(await dailyUseOf(newsroom)) } };
}

/**
 * Looks up the key of a request, and what its newsroom may still write today. The gateway caches the decision for a
 * minute, by the header alone and for every route: the decision must depend on nothing else, and each route checks its
 * scope itself.
 */
async function authorize({ identitySource }: APIGatewayRequestAuthorizerEventV2): Promise<Decision> {
  const presented = parseApiKey(bearer.exec(identitySource?.[0] ?? '')?.[1] ?? '');
  if (!presented) return denied('malformed');
  const { keyId, secret } = presented;
  const key = await readAccessKey(table, keyId);
  const isSecretRight = isSecretOf(secret, key?.secretHash);
  if (!key) return denied('unknown', keyId);
  if (!isSecretRight) return denied('wrong secret', keyId);
  if (key.revokedAt !== undefined) return denied('revoked', keyId);
  if (key.expiresAt !== undefined && Date.parse(key.expiresAt) <= Date.now()) return denied('expired', keyId);
  return grantedTo(key);
}

export const handler = middy<APIGatewayRequestAuthorizerEventV2, Decision>(authorize)
  .use(observed())
  // The id by which the access log, and the response, name the request that waits for the decision.
  .before(({ event }) => logger.setCorrelationId(event.requestContext.requestId))
  .onError(({ error }) => {
    logger.error('The lookup of a key failed.', error as Error);
  });
