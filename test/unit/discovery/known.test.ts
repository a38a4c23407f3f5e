import { describe, expect, it } from 'vitest';
import { KnownServices } from '../../../src/transfer/discovery/known.ts';
import type { Found } from '../../../src/transfer/discovery/port.ts';
import { LIMITS } from '../../../src/transfer/limits.ts';

function table() {
  const events: string[] = [];
  const known = new KnownServices({
    signal: new AbortController().signal,
    accept: (name) => name !== 'unwanted',
    onFound: ({ name, addresses }) => events.push(`found ${name} ${addresses[0]?.port.toString() ?? ''}`),
    onLost: (name) => events.push(`lost ${name}`),
  });
  return { known, events };
}
const at = (name: string, port: number): Found => ({ name, addresses: [{ host: '10.0.0.1', port }] });

describe('what a search knows', () => {
  it('is told once, and again only when the address changes', () => {
    const { known, events } = table();
    known.see(at('otter', 1), 0);
    known.see(at('OTTER', 1), 1);
    known.see(at('otter', 2), 2);
    expect(events).toEqual(['found otter 1', 'found otter 2']);
  });

  it('is lost by a goodbye or by silence, and only once', () => {
    const { known, events } = table();
    known.see(at('otter', 1), 0);
    known.see(at('owl', 1), 0);
    known.see(at('owl', 1), 50);
    known.lose('Otter');
    known.lose('otter');
    known.expire(10);
    known.expire(60);
    expect(events).toEqual(['found otter 1', 'found owl 1', 'lost otter', 'lost owl']);
  });

  it('is bounded, and what is not wanted does not count', () => {
    const { known, events } = table();
    for (let n = 0; n < 10 * LIMITS.services; n += 1) {
      known.see(at('unwanted', n), n);
      known.see(at(`flood ${n.toString()}`, 1), n);
    }
    expect(events).toHaveLength(LIMITS.services);
    known.lose('flood 0');
    known.see(at('late', 1), 0);
    expect(events.at(-1)).toBe('found late 1');
  });
});
