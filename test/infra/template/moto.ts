import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../local/engines/free-port.ts';

const startPatienceMs = 30_000;
const region = 'eu-west-1';

/** A stand-in for AWS on this machine, which keeps what is deployed in memory. It runs no function. */
export interface Moto {
  /** Calls an operation of a service in the query protocol. @throws {Error} with the response if it is refused */
  query(service: string, operation: string, parameters?: Readonly<Record<string, string>>): Promise<string>;
  /** Calls an operation of a service in the JSON protocol. */
  json<Result>(service: string, target: string, input?: object): Promise<Result>;
  /** Reads a path of a service with the REST protocol. */
  read<Result>(service: string, path: string): Promise<Result>;
  stop(): Promise<void>;
}

/** Whether `moto_server` is installed. */
export function hasMoto(): boolean {
  try {
    execFileSync('moto_server', ['--help'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function answers(url: string, program: ChildProcess): Promise<void> {
  const end = performance.now() + startPatienceMs;
  while (performance.now() < end && program.exitCode === null) {
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await pause(100);
  }
  throw new Error('moto_server did not start.');
}

/** Starts `moto_server` on a free port of this machine. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const program = spawn('moto_server', ['--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
  const stop = async () => {
    if (program.exitCode !== null) return;
    const ended = once(program, 'exit');
    program.kill();
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await answers(`${url}/moto-api/data.json`, program);
  } catch (error) {
    await stop();
    throw error;
  }

  // The scope of a signature names the service; nobody checks the signature.
  const signedFor = (service: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  });
  async function call(service: string, path: string, request: RequestInit = {}): Promise<string> {
    const response = await fetch(url + path, { ...request, headers: { ...signedFor(service), ...request.headers } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${service} refuses the call: ${text}`);
    return text;
  }

  return {
    query: (service, operation, parameters = {}) =>
      call(service, '/', { method: 'POST', body: new URLSearchParams({ Action: operation, ...parameters }) }),
    json: async (service, target, input = {}) =>
      JSON.parse(
        await call(service, '/', {
          method: 'POST',
          headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' },
          body: JSON.stringify(input),
        }),
      ),
    read: async (service, path) => JSON.parse(await call(service, path)),
    stop,
  };
}
