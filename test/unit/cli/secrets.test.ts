import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parseCode, readSecrets } from '../../../src/main/terminal/secrets.ts';
import { MoverError } from '../../../src/transfer/errors.ts';

const never = new AbortController().signal;

function input(...pieces: (string | Buffer)[]): PassThrough {
  const stream = new PassThrough();
  for (const piece of pieces) stream.write(piece);
  return stream;
}

async function refusal(stream: PassThrough, signal = never): Promise<MoverError> {
  try {
    await readSecrets(stream, signal);
  } catch (error) {
    if (error instanceof MoverError) return error;
    throw error;
  }
  throw new Error('the line was taken');
}

describe('secrets on standard input', () => {
  it('one line is enough: the end of input is not waited for', async () => {
    const secrets = await readSecrets(input('{"code":"123456","androidId":"abc","ssid":"Home"}\n'), never);
    expect(secrets.code?.use((code) => code)).toBe('123456');
    expect(secrets.androidId?.use((id) => id)).toBe('abc');
    expect(secrets.ssid?.use((ssid) => ssid)).toBe('Home');
  });

  it('a line may come in pieces, split within a character, and end with the input', async () => {
    const line = Buffer.from('{"ssid":"Zuhause ☕"}');
    const stream = input(line.subarray(0, 18), line.subarray(18, 19), line.subarray(19));
    stream.end();
    const secrets = await readSecrets(stream, never);
    expect(secrets.ssid?.use((ssid) => ssid)).toBe('Zuhause ☕');
  });

  it('a key of another version is left alone', async () => {
    const secrets = await readSecrets(input('{"password":"pw","eid":"1"}\n'), never);
    expect(Object.keys(secrets)).toEqual(['password']);
  });

  it('every key is optional', async () => {
    expect(await readSecrets(input('{}\n'), never)).toEqual({});
  });

  it('a code may be written in groups', () => {
    expect(parseCode(' 123 456').use((code) => code)).toBe('123456');
    expect(parseCode('123-456').use((code) => code)).toBe('123456');
  });

  it.each([
    '１２３４５６',
    '１２３　４５６',
    '١٢٣٤٥٦',
    '\u200f۱۲۳\u00a0۴۵۶',
    '१२३–४५६',
    '𝟏𝟐𝟑—𝟒𝟓𝟔',
    '๑๒๓−๔๕๖',
    '123\u2009·\u2009456',
  ])('%s is the code in the digits and dashes of somebody’s keyboard', (text) => {
    expect(parseCode(text).use((code) => code)).toBe('123456');
  });

  it('a code that is none is told from a line that is none', async () => {
    expect((await refusal(input('{"code":"12345"}\n'))).code).toBe('CODE_INVALID');
    expect(() => parseCode('12a456')).toThrow(MoverError);
  });

  it.each(['hello\n', '[]\n', '{"code":1}\n', '{"password":["hunter2"]}\n', '\n', '{"code":"123456"} x\n'])(
    'the line %j is refused, and its words are not repeated',
    async (line) => {
      const { code, message } = await refusal(input(line));
      expect(code).toBe('USAGE');
      expect(message).not.toMatch(/hunter2|hello/);
    },
  );

  it('no line at all is refused', async () => {
    const stream = input();
    stream.end();
    expect((await refusal(stream)).code).toBe('USAGE');
  });

  it('bytes that are no UTF-8 are refused', async () => {
    expect((await refusal(input(Buffer.from([0x22, 0xff, 0x22, 0x0a])))).code).toBe('USAGE');
  });

  it('a line that never ends is refused after 4 KiB', async () => {
    expect((await refusal(input('{"ssid":"', 'x'.repeat(5_000)))).message).toContain('4096');
  });

  it('what was read is zeroed', async () => {
    const bytes = Buffer.from('{"code":"123456"}\n');
    await readSecrets(input(bytes), never);
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });

  it('Ctrl-C ends the wait', async () => {
    const controller = new AbortController();
    const waiting = refusal(input('{"co'), controller.signal);
    controller.abort(new MoverError('CANCELLED'));
    expect((await waiting).code).toBe('CANCELLED');
  });

  it('nothing keeps the input open afterwards', async () => {
    const stream = input('{}\n');
    await readSecrets(stream, never);
    expect(stream.listenerCount('data')).toBe(0);
    expect(stream.isPaused()).toBe(true);
  });
});
