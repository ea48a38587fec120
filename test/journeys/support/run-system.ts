import { parseArgs } from 'node:util';
import { ensureDevelopmentKey } from '../../../commands/api/development-key.ts';
import { startLocalSystem } from '../../../local/system.ts';

// A program: a system on a stack that is synthesized already, in a process of its own that a test may kill.
const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    data: { type: 'string' },
    stack: { type: 'string' },
    'schedule-speed': { type: 'string', default: '1' },
  },
});
const { data = '', stack = '' } = values;
const system = await startLocalSystem({
  port: Number(values.port),
  dataFolder: data,
  templateFolder: stack,
  warm: false,
  scheduleSpeed: Number(values['schedule-speed']),
});
const { url, endpoint, queuesEndpoint } = system;
const key = await ensureDevelopmentKey(data, endpoint, system.outputs.AccessTable ?? '');
console.log(JSON.stringify({ url, endpoint, queuesEndpoint, key }));
