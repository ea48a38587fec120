import { quotas } from '../../events/quota.ts';
import { failureOf } from '../api/failure-of.ts';
import type { Newsroom, TimelineApi } from '../api/timeline-api.ts';
import { usageText } from '../api/usage-text.ts';
import { type Probed, probe } from './probe.ts';

/** What a doctor found. `problem` needs action, `note` may. */
export interface Finding {
  readonly state: 'ok' | 'note' | 'problem';
  readonly name: string;
  readonly detail: string;
}

interface Patient {
  readonly url: string;
  readonly key: string | null;
  readonly api: TimelineApi;
  /** The version of this program. */
  readonly version: string;
  readonly nodeVersion: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const leastNode = 20;
/** Webhooks are refused beyond five minutes, and an embargo of a wrong clock ends at a wrong time long before. */
const largestSkewMs = 30_000;

function clockFinding({ date }: Probed, now: number): Finding {
  const skewMs = date === null ? Number.NaN : now - Date.parse(date);
  if (Number.isNaN(skewMs)) return { state: 'note', name: 'clock', detail: 'The server does not say its time.' };
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  if (Math.abs(skewMs) <= largestSkewMs)
    return { state: 'ok', name: 'clock', detail: 'It agrees with that of the server.' };
  const direction = skewMs > 0 ? 'ahead of' : 'behind';
  return {
    state: 'problem',
    name: 'clock',
    detail: `This machine is ${seconds} s ${direction} the server. Set its clock by NTP.`,
  };
}

/** Whether the system, or what is before it, fails. Whatever else is asked fails too. */
const isFailing = ({ status }: Probed) => status >= 500;

function healthFinding(probed: Probed): Finding {
  const { status, body } = probed;
  if (isFailing(probed)) {
    return {
      state: 'problem',
      name: 'health',
      detail: `/v1/health responds with ${status}: the system is starting, or fails. Try again in a minute; if it lasts, an operator looks at the alarms.`,
    };
  }
  if (status !== 200 || typeof body?.position !== 'number') {
    return {
      state: 'problem',
      name: 'health',
      detail: `/v1/health responds with ${status}. Is this the address of a timeline?`,
    };
  }
  if (body.status === 'ok')
    return { state: 'ok', name: 'health', detail: `Timelines are current, through position ${body.position}.` };
  return {
    state: 'problem',
    name: 'health',
    detail: `Timelines are behind, at position ${body.position}. An operator looks at the alarms, or runs: npx timeline reconcile`,
  };
}

async function versionFinding({ url, version }: Patient): Promise<Finding> {
  const { body } = await probe(url, '/v1/openapi.json');
  const other = body?.info?.version;
  if (typeof other !== 'string') return { state: 'note', name: 'version', detail: 'The API does not say its version.' };
  if (other === version) return { state: 'ok', name: 'version', detail: `API and program are both ${version}.` };
  return {
    state: 'note',
    name: 'version',
    detail: `The API is ${other}, this program ${version}. Use the program of the same version.`,
  };
}

async function endpointsFinding({ api }: Patient): Promise<Finding> {
  const failing: string[] = [];
  let count = 0;
  for await (const { id, status } of api.endpoints.walk()) {
    count += 1;
    if (status !== 'active') failing.push(`${id} is ${status}`);
  }
  if (failing.length === 0)
    return { state: 'ok', name: 'endpoints', detail: count === 0 ? 'There are none.' : `All ${count} are active.` };
  return { state: 'problem', name: 'endpoints', detail: `${failing.join(', ')}. See: npx timeline endpoint show ID` };
}

async function heldFinding({ api }: Patient): Promise<Finding> {
  const conflicts: string[] = [];
  let count = 0;
  for await (const { id, status } of api.held.walk()) {
    count += 1;
    if (status === 'conflict') conflicts.push(id);
  }
  if (conflicts.length === 0) return { state: 'ok', name: 'held', detail: `${count} events are held.` };
  return {
    state: 'problem',
    name: 'held',
    detail: `${conflicts.join(', ')} could not be published. See: npx timeline held show ID`,
  };
}

/** What the API says of the key; null if it does not accept the key. */
async function newsroomOf(api: TimelineApi): Promise<Newsroom | null> {
  try {
    return await api.newsroom();
  } catch (error) {
    const status = (error as { readonly status?: number }).status;
    if (status === 401 || status === 403) return null;
    throw error;
  }
}

function quotaFinding({ usage }: Newsroom): Finding {
  if (usage === null) return { state: 'note', name: 'quota', detail: 'The API does not say what is used today.' };
  const { used, limits, day } = usage;
  const all = usageText(usage);
  if (quotas.every((name) => used[name] < limits[name])) {
    return { state: 'ok', name: 'quota', detail: `The newsroom has used ${all} on ${day}.` };
  }
  return {
    state: 'problem',
    name: 'quota',
    detail: `It is used up: ${all} on ${day}. It begins anew at 00:00 UTC. An operator raises it with: npx timeline key quota`,
  };
}

async function* keyFindings(patient: Patient): AsyncGenerator<Finding> {
  const { key, api } = patient;
  if (key === null) {
    yield {
      state: 'note',
      name: 'key',
      detail: 'There is none. Reading needs none; to write, give one with --key or in TIMELINE_KEY.',
    };
    return;
  }
  const found = await newsroomOf(api);
  if (found === null) {
    yield {
      state: 'problem',
      name: 'key',
      detail:
        'The API does not accept it: it is wrong, revoked or expired. An operator creates one with: npx timeline key create',
    };
    return;
  }
  const { scopes, stories } = found.key;
  const limit = stories.length > 0 ? ` It is limited to the stories ${stories.join(', ')}.` : '';
  yield {
    state: 'ok',
    name: 'key',
    detail: `It is valid, with ${scopes.length > 0 ? `the scopes ${scopes.join(', ')}` : 'no scopes'}.${limit}`,
  };
  yield quotaFinding(found);
  if (scopes.includes('webhooks:manage')) yield await endpointsFinding(patient);
  if (scopes.includes('events:write')) yield await heldFinding(patient);
}

/** Examines a system, and what a key may do there. It writes nothing. */
export async function* examine(patient: Patient): AsyncGenerator<Finding> {
  const { url, nodeVersion, now } = patient;
  const isNew = Number.parseInt(nodeVersion, 10) >= leastNode;
  yield {
    state: isNew ? 'ok' : 'problem',
    name: 'node',
    detail: isNew ? `Node.js ${nodeVersion}.` : `Node.js ${nodeVersion} is too old. Install ${leastNode} or later.`,
  };
  try {
    const health = await probe(url, '/v1/health');
    yield { state: 'ok', name: 'reach', detail: `${url} responds.` };
    const finding = healthFinding(health);
    yield finding;
    if (health.status === 404 || isFailing(health)) return;
    yield clockFinding(health, now());
    yield await versionFinding(patient);
    yield* keyFindings(patient);
  } catch (error) {
    const failure = failureOf(error, url);
    yield { state: 'problem', name: 'reach', detail: (failure as Error).message };
  }
}
