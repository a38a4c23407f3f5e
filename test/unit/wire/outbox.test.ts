import { describe, expect, it } from 'vitest';
import { Outbox } from '../../../src/transfer/wire/outbox.ts';

describe('the outbox', () => {
  it('numbers from 1 and keeps what is not acknowledged', () => {
    const outbox = new Outbox();
    expect(['a', 'bb', 'ccc'].map((json) => outbox.add(json))).toEqual([1, 2, 3]);
    expect(outbox.acknowledge(1)).toBe(true);
    expect([...outbox.unacknowledged()]).toEqual([
      [2, 'bb'],
      [3, 'ccc'],
    ]);
    expect(outbox.bytes).toBe(5);
    expect(outbox.add('d')).toBe(4);
  });

  it('does not believe an acknowledgement that goes back or ahead', () => {
    const outbox = new Outbox();
    outbox.add('a');
    outbox.add('b');
    expect(outbox.acknowledge(3)).toBe(false);
    expect(outbox.acknowledge(2)).toBe(true);
    expect(outbox.acknowledge(1)).toBe(false);
    expect(outbox.acknowledge(2)).toBe(true);
  });

  it('tells when it is empty, by acknowledgement or because it is over', async () => {
    const outbox = new Outbox();
    await outbox.empty();
    outbox.add('a');
    const first = outbox.empty();
    outbox.acknowledge(1);
    await first;
    outbox.add('b');
    const second = outbox.empty();
    outbox.clear();
    await second;
    expect(outbox.bytes).toBe(0);
  });
});
