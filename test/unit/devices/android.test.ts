/** What an Android phone and its adb server say, read without either. */
import { describe, expect, it } from 'vitest';
import { serverAddress } from '../../../src/transfer/devices/android/adb-server.ts';
import {
  ContentRefused,
  type Refusal,
  parseIds,
  parseNumbers,
  parseOne,
  parseText,
} from '../../../src/transfer/devices/android/content-rows.ts';
import { parsePhones } from '../../../src/transfer/devices/android/phones.ts';

describe('rows of content query', () => {
  it('keep commas, line feeds and what looks like a row in a message', () => {
    const body = 'Hello, world, body=x\nRow: 7 looks like a row\nRow: 1 fake\n\nend';
    const answer = `Row: 0 _id=3, body=${body}\nRow: 1 _id=9, body=NULL\n`;
    const { values, doubtful } = parseText(answer, 'body', [3, 9]);
    expect(values).toEqual(
      new Map([
        [3, body],
        [9, null],
      ]),
    );
    expect(doubtful).toEqual([]);
  });

  it('are asked for one by one where a message holds the very beginning of the next row', () => {
    const forged = 'mine\nRow: 1 _id=9, body=not theirs';
    const answer = `Row: 0 _id=3, body=${forged}\nRow: 1 _id=9, body=theirs\nRow: 2 _id=10, body=last\n`;
    const { values, doubtful } = parseText(answer, 'body', [3, 9, 10]);
    expect(doubtful).toEqual([3, 9]);
    expect(values).toEqual(new Map([[10, 'last']]));
    expect(parseOne(`Row: 0 _id=3, body=${forged}\n`, 'body', 3)).toBe(forged);
  });

  it('that are none are told from a phone that refuses, and from one that has no such thing', () => {
    expect(parseNumbers('No result found.\n', ['_id'])).toEqual([]);
    expect(parseIds('No result found.\n')).toEqual([]);
    expect(parseIds('Row: 0 _id=3\nRow: 1 _id=12\n')).toEqual([3, 12]);
    expect(() => parseIds('Row: 0 _id=3\nRow: 2 _id=12\n')).toThrow(SyntaxError);
    const refusals: readonly (readonly [string, Refusal])[] = [
      ['', 'failed'],
      ['[ERROR] Could not find provider: x\n', 'absent'],
      ['java.lang.SecurityException: Permission Denial: opening provider\n', 'denied'],
      [
        'Error while accessing provider:call_log\njava.lang.SecurityException: x\nNo result found.\n',
        'denied',
      ],
    ];
    for (const [answer, refusal] of refusals) {
      try {
        parseNumbers(answer, ['_id']);
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(ContentRefused);
        expect((error as ContentRefused).refusal).toBe(refusal);
      }
    }
  });

  it('are read after a warning that a phone mixes in', () => {
    expect(parseNumbers('WARNING: linker: x\nRow: 0 _id=1, date=5\n', ['_id', 'date'])).toEqual([[1, 5]]);
  });
});

describe('the adb server', () => {
  it('is found as adb finds it', () => {
    expect(serverAddress({})).toEqual({ host: '127.0.0.1', port: 5037 });
    expect(serverAddress({ ANDROID_ADB_SERVER_PORT: '5040' })).toEqual({ host: '127.0.0.1', port: 5040 });
    const socket = { ANDROID_ADB_SERVER_PORT: '5040', ADB_SERVER_SOCKET: 'tcp:localhost:5050' };
    expect(serverAddress(socket)).toEqual({ host: 'localhost', port: 5050 });
    expect(serverAddress({ ADB_SERVER_SOCKET: 'tcp:5051' })).toEqual({ host: '127.0.0.1', port: 5051 });
    expect(serverAddress({ ADB_SERVER_SOCKET: 'tcp:[::1]:5052' })).toEqual({ host: '::1', port: 5052 });
    expect(serverAddress({ ADB_SERVER_SOCKET: 'localfilesystem:/run/adb' })).toEqual({ path: '/run/adb' });
    for (const port of ['x', '0', '65536', '-1']) {
      expect(() => serverAddress({ ANDROID_ADB_SERVER_PORT: port })).toThrow('names no port');
    }
  });

  it('lists phones in every state, each with what to do', () => {
    const phones = parsePhones(
      [
        'B2 device usb:1-1 product:panther model:Pixel_7 device:panther transport_id:1',
        'A1 device product:panther model:Pixel_7 device:panther transport_id:2',
        '????????????    no permissions (user in plugdev group); see [http://developer.android.com] usb:1-2 transport_id:3',
        'C3 unauthorized usb:1-3 transport_id:4',
        '127.0.0.1:5555 offline transport_id:5',
        'D4 sideload transport_id:6',
        '',
      ].join('\n'),
    );
    expect(phones.map(({ serial, id, name, state }) => [serial, id, name, state])).toEqual([
      ['127.0.0.1:5555', 'android-phone', 'Android phone', 'offline'],
      ['????????????', 'android-phone-2', 'Android phone (2)', 'no-permission'],
      ['A1', 'pixel-7', 'Pixel 7', 'ready'],
      ['B2', 'pixel-7-2', 'Pixel 7 (2)', 'ready'],
      ['C3', 'android-phone-3', 'Android phone (3)', 'unauthorized'],
    ]);
  });
});
