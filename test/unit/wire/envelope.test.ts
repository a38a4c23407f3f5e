import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/transfer/limits.ts';
import {
  decodeEnvelope,
  decodePairing,
  encodeAcknowledgement,
  encodeEnvelope,
  encodeMessage,
} from '../../../src/transfer/wire/envelope.ts';
import type { Message } from '../../../src/transfer/wire/messages.ts';

describe('the envelope of control messages', () => {
  it('carries a message with its number and what is acknowledged', () => {
    const text = encodeEnvelope(7, 3, encodeMessage({ type: 'go' }));
    expect(text).toBe('{"s":7,"a":3,"m":{"type":"go"}}');
    expect(decodeEnvelope(Buffer.from(text))).toEqual({
      acknowledged: 3,
      content: { sequence: 7, message: { type: 'go' } },
    });
  });

  it('carries an acknowledgement alone', () => {
    expect(encodeAcknowledgement(9)).toBe('{"a":9}');
    expect(decodeEnvelope(Buffer.from('{"a":9}'))).toEqual({ acknowledged: 9, content: undefined });
  });

  it('takes a message of exactly the limit with the largest numbers around it, and no larger one', () => {
    const ask = (count: number): Message => ({
      type: 'verdicts',
      verdicts: Array.from({ length: 100 }, (_, index) => ({
        package: 'p'.repeat(255),
        verdict: 'yes' as const,
        reasons: Array<string>(index === 0 ? count : 0).fill('r'.repeat(64)),
      })),
    });
    expect(() => encodeMessage(ask(32))).not.toThrow();
    const json = `{"type":"go"${' '.repeat(LIMITS.messageBytes)}}`;
    expect(() => decodeEnvelope(Buffer.from(encodeEnvelope(1, 0, json)))).toThrow(
      expect.objectContaining({ code: 'PEER_VIOLATION' }) as Error,
    );
    const largest = encodeEnvelope(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, '');
    expect(largest.length).toBeLessThan(64);
  });

  it('does not parse what nests deeper than any message of ours', () => {
    const text = `{"a":${'['.repeat(LIMITS.jsonDepth)}${']'.repeat(LIMITS.jsonDepth)}}`;
    expect(() => decodeEnvelope(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'PEER_VIOLATION', detail: 'a message that nests too deep' }) as Error,
    );
  });

  it('does not let a message reach into the prototype of anything', () => {
    const text = '{"s":1,"a":0,"m":{"type":"go","__proto__":{"polluted":true}}}';
    expect(() => decodeEnvelope(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'PEER_VIOLATION' }) as Error,
    );
  });
});

describe('messages of the exchange', () => {
  it('are refused when they are larger than an unauthenticated peer’s may be', () => {
    const text = `{"type":"pair-failed","code":"WRONG_CODE"${' '.repeat(LIMITS.unpairedMessageBytes)}}`;
    expect(() => decodePairing(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'PEER_VIOLATION' }) as Error,
    );
  });
});
