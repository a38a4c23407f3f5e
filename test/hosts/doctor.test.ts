/** The doctor between two real hosts: what is in the way is made, and found. */
import { afterEach, describe, expect, it } from 'vitest';
import { mover, receiver } from '../support/hosts/mover.ts';
import { makeHosts, missingForHosts, type Host, type Hosts } from '../support/hosts/namespaces.ts';
import { oldDevice } from '../support/hosts/old-device.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function hosts(): Promise<Hosts> {
  const made = await makeHosts();
  cleanups.push(() => made.close());
  return made;
}

/** Runs a system command on a host, to its end. */
async function system(host: Host, ...command: string[]): Promise<void> {
  const [program = '', ...args] = command;
  const running = host.run(program, args);
  expect(await running.exit, running.errors).toBe(0);
}

async function doctor(
  host: Host,
  ...args: string[]
): Promise<{ exit: number | string; codes: string[]; verdict: string }> {
  const running = mover(host, 'doctor', '--json', ...args);
  const exit = await running.exit;
  const events = running.lines.map((line) => JSON.parse(line) as { event: string; code: string });
  const codes = events.filter(({ event }) => event === 'check').map(({ code }) => code);
  return { exit, codes, verdict: events.find(({ event }) => event === 'verdict')?.code ?? running.errors };
}

function betweenTwoHosts(): void {
  it('hears a receiver, and reaches it by its name and its address', async () => {
    const { a, b } = await hosts();
    const { into, remove } = await oldDevice(0);
    cleanups.push(remove);
    const { name, addresses } = await receiver(b, into);
    expect(await doctor(a)).toMatchObject({
      exit: 0,
      verdict: 'NOTHING_WRONG',
      codes: expect.arrayContaining(['RECEIVERS_HEARD', 'MULTICAST_HEARD']) as string[],
    });
    expect((await doctor(a, '--to', name)).codes).toContain('PEER_REACHABLE');
    expect((await doctor(a, '--to', addresses[0] ?? '')).codes).toContain('PEER_REACHABLE');
  });

  it('finds a firewall that keeps discovery out, a closed port, and a cable that is out', async () => {
    const { a, b } = await hosts();
    expect(await doctor(a)).toMatchObject({ exit: 0, verdict: 'NOBODY_ANSWERS' });
    expect(await doctor(a, '--to', `${b.address}:4000`)).toMatchObject({
      exit: 1,
      verdict: 'PEER_PORT_CLOSED',
    });
    await system(a, 'nft', 'add', 'table', 'inet', 'wall');
    await system(
      a,
      'nft',
      'add',
      'chain',
      'inet',
      'wall',
      'in',
      '{ type filter hook input priority 0 ; policy drop ; }',
    );
    expect(await doctor(a)).toMatchObject({
      exit: 1,
      verdict: 'FIREWALL_BLOCKS_DISCOVERY',
      codes: expect.arrayContaining(['MULTICAST_NOT_HEARD', 'FIREWALL_BLOCKS_PORTS']) as string[],
    });
    await a.linkDown();
    expect(await doctor(a)).toMatchObject({ exit: 1, verdict: 'NO_INTERFACE' });
  });
}

const missing = missingForHosts();
if (missing === undefined) describe('the doctor', betweenTwoHosts);
else
  it(`the doctor is tested between two hosts elsewhere: ${missing}`, () => expect(missing).toMatch(/^needs/));
