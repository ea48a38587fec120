import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const types = { 1: 'A', 28: 'AAAA' } as const;
const headerBytes = 12;
const questionTrailerBytes = 4;

/** What is answered for a host, by type: addresses as their bytes; nothing is said where the type is missing. */
export type Zone = Readonly<Record<string, Readonly<{ A?: readonly Buffer[]; AAAA?: readonly Buffer[] }>>>;

/** A record of RFC 1035, section 4.1.3, whose name is that of the question and which lives a minute. */
function recordOf(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, headerBytes, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([head, data]);
}

/** The name that is asked for, and where it ends. */
function nameIn(message: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** A server of names on the loopback, which knows these hosts only: for any other, there is none (NXDOMAIN). */
export async function startNameServer(zone: Zone) {
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => {
    const { name, end } = nameIn(message);
    const type = message.readUInt16BE(end);
    const host = zone[name];
    const data = host?.[types[type as keyof typeof types]];
    if (host && !data) return;
    const records = (data ?? []).map((bytes) => recordOf(type, bytes));
    const header = Buffer.from(message.subarray(0, headerBytes));
    header.writeUInt16BE(host ? 0x8180 : 0x8183, 2);
    header.writeUInt16BE(records.length, 6);
    header.writeUInt32BE(0, 8);
    socket.send(
      Buffer.concat([header, message.subarray(headerBytes, end + questionTrailerBytes), ...records]),
      port,
      address,
    );
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    server: `127.0.0.1:${socket.address().port}`,
    stop: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}
