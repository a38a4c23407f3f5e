import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDeviceFile } from '../../../../src/transfer/devices/folder/device-file.ts';
import { scratchFolder } from '../../../support/scratch.ts';

function folderWith(text: string): string {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'device.json'), text);
  return folder;
}

const invalid: unknown = expect.objectContaining({ code: 'SOURCE_INVALID' });

describe('device.json', () => {
  it('tells the device’s facts, and what a later version adds is ignored', () => {
    const android = {
      sdk: 34,
      abis: ['arm64-v8a'],
      installed: [{ package: 'a.b', versionCode: 3, later: 1 }],
    };
    const text = JSON.stringify({ openmover: 1, name: 'Pixel 7', platform: 'android', android, later: true });
    expect(readDeviceFile(folderWith(`\uFEFF${text}`))).toEqual({
      name: 'Pixel 7',
      platform: 'android',
      android: {
        sdk: 34,
        abis: ['arm64-v8a'],
        installed: [{ package: 'a.b', versionCode: 3, signers: [], system: false }],
      },
    });
  });

  it('need not be there, nor name a platform', () => {
    expect(readDeviceFile(scratchFolder())).toEqual({ platform: 'computer' });
    expect(readDeviceFile(folderWith('{"openmover":1}'))).toEqual({ platform: 'computer' });
    expect(readDeviceFile(folderWith('{"openmover":1,"android":{"sdk":30}}')).platform).toBe('android');
  });

  it.each([
    ['is not JSON', '{"openmover":1'],
    ['is no object', '[]'],
    ['is of another version', '{"openmover":2}'],
    ['is of no version', '{"platform":"android"}'],
    ['holds what cannot be', '{"openmover":1,"android":{"sdk":-1}}'],
    ['is too large', `{"openmover":1,"padding":"${'x'.repeat(9 * 1024 * 1024)}"}`],
  ])('is refused when it %s', (_, text) => {
    expect(() => readDeviceFile(folderWith(text))).toThrow(invalid);
  });

  it('says what is wrong', () => {
    expect(() => readDeviceFile(folderWith('{"openmover":1,"android":{"sdk":"34"}}'))).toThrow(
      /android\.sdk/,
    );
  });

  it('is not followed when it is a link, and not read when it is a folder', () => {
    const folder = scratchFolder();
    symlinkSync(
      join(folderWith('{"openmover":1,"name":"other"}'), 'device.json'),
      join(folder, 'device.json'),
    );
    expect(() => readDeviceFile(folder)).toThrow(invalid);
    const other = scratchFolder();
    mkdirSync(join(other, 'device.json'));
    expect(() => readDeviceFile(other)).toThrow(invalid);
  });
});
