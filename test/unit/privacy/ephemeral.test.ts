import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';

const SECRET = '8f3c0a91b2d4e657';
const make = (): Ephemeral<string> => new Ephemeral(SECRET);

describe('an ephemeral value', () => {
  it('is given to whoever asks for it by name', () => {
    expect(make().use((value) => value.length)).toBe(16);
  });

  it('refuses to become text or a number', () => {
    const secret = make();
    expect(() => JSON.stringify({ secret })).toThrow(TypeError);
    expect(() => secret.toString()).toThrow(TypeError);
    expect(() => String(secret)).toThrow(TypeError);
    expect(() => `id ${secret as unknown as string}`).toThrow(TypeError);
    expect(() => 'id ' + (secret as unknown as string)).toThrow(TypeError);
    expect(() => Number(secret)).toThrow(TypeError);
    expect(() => [secret].join(',')).toThrow(TypeError);
    expect(() => new URLSearchParams({ id: secret as unknown as string })).toThrow(TypeError);
  });

  it('shows nothing to a logger or debugger', () => {
    const shown = [
      inspect(make()),
      inspect({ deep: [make()] }, { showHidden: true, depth: null }),
      inspect(make(), { customInspect: false, showHidden: true }),
      format('%s %o %O %j', 'x', make(), make(), 'y'),
    ].join('\n');
    expect(shown).toContain('[ephemeral]');
    expect(shown).not.toContain(SECRET);
  });

  it('reveals nothing to spread, keys, structuredClone or assign', () => {
    const secret = make();
    expect({ ...(secret as object) }).toEqual({});
    expect(Object.assign({}, secret)).toEqual({});
    expect(Reflect.ownKeys(secret)).toEqual([]);
    expect(structuredClone(secret)).toEqual({});
  });

  it('is gone once wiped; a Buffer’s own bytes are zeroed', () => {
    const bytes = Buffer.from(SECRET);
    const secret = new Ephemeral(bytes);
    expect(secret.wiped).toBe(false);
    secret.wipe();
    secret.wipe();
    expect(secret.wiped).toBe(true);
    expect(bytes.every((byte) => byte === 0)).toBe(true);
    expect(() => secret.use((value) => value)).toThrow(TypeError);
  });

  it('zeroes its own part of a shared buffer only', () => {
    const whole = Buffer.alloc(8, 7);
    new Ephemeral(whole.subarray(2, 4)).wipe();
    expect([...whole]).toEqual([7, 7, 0, 0, 7, 7, 7, 7]);
  });

  it('an undefined value is a value until it is wiped', () => {
    const secret = new Ephemeral<undefined>(undefined);
    expect(secret.use((value) => value)).toBeUndefined();
    secret.wipe();
    expect(() => secret.use((value) => value)).toThrow(TypeError);
  });
});
