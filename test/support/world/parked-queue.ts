import { startFauxqs } from 'fauxqs';

/** The queue of what was put aside. */
export interface ParkedQueue {
  /** What was sent, in order. */
  sent(): object[];
  stop(): Promise<void>;
}

/** Starts a queue and names it in the environment: to be done before the functions are loaded. */
export async function startParkedQueue(): Promise<ParkedQueue> {
  const server = await startFauxqs({ port: 0, logger: false });
  const { queueUrl } = server.createQueue('parked');
  // Its own host is one of a subdomain, which not every machine resolves.
  process.env.PARKED_QUEUE_URL = new URL(new URL(queueUrl).pathname, server.address).href;
  process.env.AWS_ENDPOINT_URL_SQS = server.address;
  return {
    sent: () => (server.inspectQueue('parked')?.messages.ready ?? []).map(({ body }) => JSON.parse(body)),
    stop: () => server.stop(),
  };
}
