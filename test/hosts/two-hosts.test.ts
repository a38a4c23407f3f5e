import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { makeHosts, missingForHosts, type Host, type Hosts } from '../support/hosts/namespaces.ts';
import { mover, receiptOf, receiver, sender } from '../support/hosts/mover.ts';
import { filesOf, oldDevice } from '../support/hosts/old-device.ts';

const MIB = 1_048_576;
const CAPTURE = fileURLToPath(new URL('../support/hosts/capture-mdns.ts', import.meta.url));

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  // Hosts first: what runs there uses the folders.
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function hosts(options: Parameters<typeof makeHosts>[0] = {}): Promise<Hosts> {
  const made = await makeHosts(options);
  cleanups.push(() => made.close());
  return made;
}

async function device(bytes: number): ReturnType<typeof oldDevice> {
  const made = await oldDevice(bytes);
  cleanups.push(() => made.remove());
  return made;
}

function betweenTwoHosts(): void {
  it('finds a receiver on another host within three seconds', async () => {
    const { a, b } = await hosts();
    const { into } = await device(0);
    const { name } = await receiver(b, into);
    const start = performance.now();
    const discover = mover(a, 'discover', '--seconds', '10', '--json');
    const line = await discover.line((text) => text.includes(`"${name}"`));
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(line).toContain(b.address);
  });

  it('says the host name of neither device in any discovery packet', async () => {
    const { a, b } = await hosts();
    const { from, into } = await device(1_000);
    const capture = a.run(process.execPath, [CAPTURE]);
    await capture.line((line) => line === 'ready');
    const { process: receiving, name, code } = await receiver(b, into);
    const sending = sender(a, from, name, code);
    expect(await sending.exit, sending.errors).toBe(0);
    expect(await receiving.exit).toBe(0);
    capture.hush();
    await capture.exit;
    const packets = capture.lines.slice(1).map((line) => Buffer.from(line, 'hex'));
    expect(packets.some((packet) => packet.includes(name))).toBe(true);
    for (const packet of packets) {
      expect(packet.includes(a.hostname)).toBe(false);
      expect(packet.includes(b.hostname)).toBe(false);
    }
  });

  it('moves a device to another host by its name', async () => {
    const { a, b } = await hosts();
    const { from, into } = await device(20 * MIB);
    const { process: receiving, name, code } = await receiver(b, into);
    const sending = sender(a, from, name, code);
    expect((await receiptOf(sending))['outcome']).toBe('complete');
    expect(await sending.exit, sending.errors).toBe(0);
    expect(await receiving.exit, receiving.errors).toBe(0);
    expect(await filesOf(into)).toEqual(await filesOf(from));
  });

  it('moves a device over a slow network', async () => {
    const { a, b } = await hosts({ bandwidthMbit: 100 });
    const { from, into } = await device(40 * MIB);
    const { name, code } = await receiver(b, into);
    const sending = sender(a, from, name, code);
    const { outcome, seconds } = await receiptOf(sending);
    expect(outcome).toBe('complete');
    // 40 MiB at 100 Mbit/s cannot be quicker: the network was slow indeed.
    expect(seconds).toBeGreaterThan(3);
    expect(await sending.exit, sending.errors).toBe(0);
    expect(await filesOf(into)).toEqual(await filesOf(from));
  });

  it.each([
    { outage: 'a short one, which the connections outlive', seconds: 6, dialsAgain: false },
    { outage: 'a long one, after which it dials again', seconds: 20, dialsAgain: true },
  ])(
    'goes on by itself, without a new code, when a cable is pulled and put back: $outage',
    async ({ seconds, dialsAgain }) => {
      const { a, b } = await hosts({ bandwidthMbit: 100 });
      const { from, into } = await device(100 * MIB);
      const { process: receiving, name, code } = await receiver(b, into);
      const sending = sender(a, from, name, code);
      await sending.event('progress', ({ bytes }) => Number(bytes) > 20 * MIB);
      const before = await connections(a);
      await b.linkDown();
      // The outage itself, on one side or the other of the two pings that may go unanswered.
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      await b.linkUp();
      await sending.event('progress', ({ bytes }) => Number(bytes) > 60 * MIB);
      const after = await connections(a);
      expect((await receiptOf(sending))['outcome']).toBe('complete');
      expect(await sending.exit, sending.errors).toBe(0);
      expect(await receiving.exit, receiving.errors).toBe(0);
      expect(before.length).toBeGreaterThan(1);
      expect(after.length).toBeGreaterThan(1);
      expect(after.some((port) => !before.includes(port))).toBe(dialsAgain);
      expect(receiving.lines.filter((line) => line.includes('"event":"code"'))).toHaveLength(1);
      expect(await filesOf(into)).toEqual(await filesOf(from));
    },
  );
}

/** Local ports of the TCP connections a host has open to the other. */
async function connections(host: Host): Promise<string[]> {
  const listing = host.run('ss', ['-tnH', 'state', 'established', 'src', host.address]);
  await listing.exit;
  return listing.lines.map((line) => /:(\d+)\s/.exec(line)?.[1] ?? line);
}

const missing = missingForHosts();
describe('between two hosts', () => {
  if (missing === undefined) betweenTwoHosts();
  else {
    it(`${missing}: two hosts cannot be made here`, () => {
      console.log(`hosts: ${missing}; nothing of this layer was tested`);
      expect(missing).toMatch(/^needs /);
    });
  }
});
