import { describe, expect, it } from 'vitest';
import { linkText } from '../../../src/main/cli/views/link-text.ts';
import { bitrateOf } from '../../../src/transfer/network/link-to.ts';
import { fakeIo, jsonLines } from './fake-io.ts';
import { run } from './run.ts';

describe('what the link means for a move', () => {
  it('is said of a long move over Wi-Fi, with what a cable would bring', () => {
    expect(linkText({ type: 'wifi', bytesPerSecond: 12e6 }, 61e9)).toBe(
      "This Wi-Fi carries about 12 MB/s: about 1 h 25 min. A cable would take about 9 min; the router's 5 GHz network is quicker, too.",
    );
    expect(linkText({ type: 'ethernet', bytesPerSecond: 12.5e6 }, 61e9)).toBe(
      'This link carries at most 12.5 MB/s: about 1 h 21 min.',
    );
  });

  it('is not said of a short move, nor where nothing is known', () => {
    expect(linkText({ type: 'wifi', bytesPerSecond: 50e6 }, 1e9)).toBeUndefined();
    expect(linkText(undefined, 1e12)).toBeUndefined();
  });

  it('is read from what iw says, and from nothing else', () => {
    const said =
      'Connected to 00:11:22:33:44:55 (on wlan0)\n\tSSID: Home\n\tsignal: -40 dBm\n\ttx bitrate: 866.7 MBit/s VHT-MCS 9 80MHz\n';
    expect(bitrateOf(said)).toBe(866.7);
    expect(bitrateOf('Not connected.\n')).toBeUndefined();
  });
});

describe('mover send that finds nobody', () => {
  it('says by itself what is in the way', async () => {
    const engine = {
      diagnose: () => [],
      verdictOf: () =>
        ({
          code: 'VPN_IN_THE_WAY',
          state: 'problem',
          message: 'A VPN takes all.',
          action: 'Pause it.',
        }) as const,
    };
    const args = ['send', '--from', 'd', '--yes', '--secrets-stdin', '--json'];
    const io = fakeIo();
    io.input.write('{"code":"123456"}\n');
    const { exitCode, out } = await run(args, { engine, io });
    expect(exitCode).toBe(1);
    expect(jsonLines(out)).toMatchObject([
      { event: 'device', message: 'A VPN takes all.', action: 'Pause it.' },
      { event: 'error', code: 'NOT_FOUND' },
    ]);
  });
});
