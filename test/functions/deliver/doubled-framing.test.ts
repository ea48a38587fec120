import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answerDespiteFraming } from '../../../functions/lib/deliver/doubled-framing.ts';

const code = 'HPE_UNEXPECTED_CONTENT_LENGTH';
const read = (text: string, its = code) => answerDespiteFraming(its, Buffer.from(text, 'latin1'));

describe('an answer that the parser refused', () => {
  test('for its framing headers has its status, its headers and its body', () => {
    expect(read('HTTP/1.1 200 OK\r\nX-A:  b \r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nok, and more')).toEqual({
      status: 200,
      headers: { 'x-a': 'b', 'content-length': '2' },
      body: Buffer.from('ok'),
    });
  });

  test('for anything else is refused', () => {
    expect(read('HTTP/1.1 200 OK\r\n\r\n', 'HPE_INVALID_HEADER_TOKEN')).toBeNull();
  });

  test.each([
    ['before its head has ended', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length', 200],
    ['before its status line has ended', 'HTTP/1.1 200 O', undefined],
    ['with a line that is no header', 'HTTP/1.1 200 OK\r\n folded: x\r\n\r\n', undefined],
    ['with another version', 'HTTP/2.0 200 OK\r\n\r\n', undefined],
    ['with no final status', 'HTTP/1.1 100 Continue\r\n\r\n', undefined],
    ['with a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', undefined],
    ['with a coding besides chunks', 'HTTP/1.1 201 Created\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n', 201],
  ])('%s has a status only if one is whole', (_, text, status) => {
    expect(read(text)?.status).toBe(status);
    expect(read(text)?.body.length ?? 0).toBe(0);
  });

  test('is read to its end, whatever it is', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'HTTP/1.1 200 OK\r\n',
        'Content-Length: 2\r\n',
        'Transfer-Encoding: chunked\r\n',
        '\r\n',
        '2\r\nok\r\n',
      ),
      fc.constantFrom('HTTP/1.1 100 Continue\r\n\r\n', 'ffffffff\r\n', '0\r\n\r\n'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const answer = read(parts.join(''));
        if (answer !== null) expect(answer.status).toBeGreaterThanOrEqual(200);
      }),
    );
  });
});
