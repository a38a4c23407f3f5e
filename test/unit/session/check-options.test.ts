import { describe, expect, it } from 'vitest';
import {
  openFolderDestination,
  openFolderSource,
  receive,
  type ReceiveOptions,
  send,
  type SendOptions,
} from '../../../src/transfer/index.ts';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import { scratchFolder } from '../../support/scratch.ts';

const { signal } = new AbortController();

async function sendOptions(): Promise<SendOptions> {
  return {
    source: await openFolderSource({ from: scratchFolder() }),
    to: { host: '127.0.0.1', port: 1 },
    code: new Ephemeral('123456'),
    onEvent: () => undefined,
    onPlan: () => Promise.resolve(undefined),
    signal,
  };
}

describe('options that are none', () => {
  it.each([
    ['signal', undefined, 'an AbortSignal'],
    ['code', '123456', 'an Ephemeral'],
    ['lanes', 99, 'a whole number from 1 to 16'],
    ['lanes', 1.5, 'a whole number from 1 to 16'],
    ['to', { host: 'there' }, 'an address'],
    ['kinds', ['photos'], 'an array of kinds'],
    ['source', {}, 'a Source'],
    ['waitMs', -1, 'a number of milliseconds'],
    ['onPlan', undefined, 'a function'],
  ])('send refuses %s %j with USAGE and says that it must be %s', async (name, value, expected) => {
    const options = { ...(await sendOptions()), [name]: value };
    const failing = send(options);
    await expect(failing).rejects.toMatchObject({ code: 'USAGE' });
    await expect(failing).rejects.toThrow(new RegExp(`^send: ${name} must be ${expected}`));
  });

  it.each([
    ['destination', {}, 'a Destination'],
    ['port', 70_000, 'a whole number from 0 to 65535'],
    ['dryRun', 'yes', 'true or false'],
    ['signal', undefined, 'an AbortSignal'],
  ])('receive refuses %s %j with USAGE and says that it must be %s', async (name, value, expected) => {
    const options: ReceiveOptions = {
      destination: await openFolderDestination(scratchFolder()),
      onEvent: () => undefined,
      onOffer: () => Promise.resolve({ accept: false }),
      signal,
    };
    const failing = receive({ ...options, [name]: value });
    await expect(failing).rejects.toMatchObject({ code: 'USAGE' });
    await expect(failing).rejects.toThrow(new RegExp(`^receive: ${name} must be ${expected}`));
  });
});
