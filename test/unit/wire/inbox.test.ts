import { describe, expect, it } from 'vitest';
import { MoverError } from '../../../src/transfer/errors.ts';
import { Inbox } from '../../../src/transfer/wire/inbox.ts';

const { signal } = new AbortController();

describe('the inbox', () => {
  it('knows how much waits in it', async () => {
    const inbox = new Inbox();
    inbox.put({ type: 'go' }, 10);
    inbox.put({ type: 'receipt-ok' }, 5);
    expect(inbox.bytes).toBe(15);
    await inbox.take(signal);
    expect(inbox.bytes).toBe(5);
  });

  it('serves those who wait in the order they came', async () => {
    const inbox = new Inbox();
    const takes = [inbox.take(signal), inbox.take(signal)];
    inbox.put({ type: 'go' }, 1);
    inbox.put({ type: 'receipt-ok' }, 1);
    expect(await Promise.all(takes)).toEqual([{ type: 'go' }, { type: 'receipt-ok' }]);
    expect(inbox.bytes).toBe(0);
  });

  it('loses no message to somebody who has stopped waiting', async () => {
    const inbox = new Inbox();
    const controller = new AbortController();
    const left = inbox.take(controller.signal);
    const stays = inbox.take(signal);
    controller.abort(new Error('enough'));
    await expect(left).rejects.toThrow('enough');
    inbox.put({ type: 'go' }, 1);
    expect(await stays).toEqual({ type: 'go' });
    await expect(inbox.take(controller.signal)).rejects.toThrow('enough');
  });

  it('ends once, for everybody, and takes nothing after', async () => {
    const inbox = new Inbox();
    const waiting = inbox.take(signal);
    inbox.end(new MoverError('INTERRUPTED'));
    inbox.end(new MoverError('PEER_VIOLATION'));
    inbox.put({ type: 'go' }, 1);
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await expect(inbox.take(signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
