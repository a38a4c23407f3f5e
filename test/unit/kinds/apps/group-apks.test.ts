import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SkipReason } from '../../../../src/transfer/kinds/kind.ts';
import { type App, groupApks } from '../../../../src/transfer/kinds/apps/index.ts';
import { mkfifoSync } from '../../../fixtures/apps/fifo.ts';
import { inFolder } from '../../../fixtures/apps/in-folder.ts';
import { apk, PLAIN } from '../../../fixtures/apps/make-apk.ts';

async function group(folder: string, signal = new AbortController().signal) {
  const skips: SkipReason[] = [];
  const apps: App[] = [];
  for await (const app of groupApks(folder, { skip: (reason) => skips.push(reason), signal })) apps.push(app);
  return { apps, skips };
}

const named = ({ apps }: { apps: readonly App[] }) =>
  apps.map((app) => [app.package, app.files.map((file) => file.name)]);

const CAMERA = 'org.example.camera';
const base = apk();
const split = apk({ split: 'config.de' });
const camera = apk({ package: CAMERA });

describe('the apps of a folder', () => {
  it('are grouped by what their manifests say, in code point order', async () => {
    const files = {
      'notes/base.apk': base,
      'notes/split_config.de.apk': split,
      'zzz/base.apk': camera,
      'Loose.APK': apk({ package: 'org.example.Zebra' }),
    };
    await inFolder(files, async (folder) => {
      const found = await group(folder);
      expect(named(found)).toEqual([
        ['org.example.Zebra', ['Loose.APK']],
        [CAMERA, ['base.apk']],
        [PLAIN.package, ['base.apk', 'split_config.de.apk']],
      ]);
      expect(found.skips).toEqual([]);
      expect(found.apps[2]).toMatchObject({
        facts: { splits: ['config.de'], sizeBytes: base.length + split.length },
        files: [{ path: join(folder, 'notes', 'base.apk'), sizeBytes: base.length }, {}],
      });
    });
  });

  it('may lie loose, base and split side by side', async () => {
    await inFolder({ 'a.apk': base, 'b.apk': split, 'c.apk': camera }, async (folder) => {
      expect(named(await group(folder))).toEqual([
        [CAMERA, ['c.apk']],
        [PLAIN.package, ['a.apk', 'b.apk']],
      ]);
    });
  });

  it('never land on each other: the second file of a name is a clash', async () => {
    await inFolder(
      { 'one/base.apk': base, 'one/BASE.apk': split, 'one/other.apk': split },
      async (folder) => {
        const found = await group(folder);
        expect(named(found)).toEqual([[PLAIN.package, ['BASE.apk', 'other.apk']]]);
        expect(found.skips).toEqual(['name-clash']);
      },
    );
  });

  it('come the same way every time', async () => {
    await inFolder({ 'b/base.apk': base, 'a/base.apk': camera, 'x.apk': split }, async (folder) => {
      expect(await group(folder)).toEqual(await group(folder));
    });
  });
});

describe('an app of which there are several sets', () => {
  const newer = apk({ versionCode: 8 });
  const newerSplit = apk({ split: 'config.fr', versionCode: 8 });
  const OLD = `${PLAIN.package}/base.apk`;
  const BESIDE = `${PLAIN.package} (2)`;

  it.each([
    ['the newer beside the older', { [OLD]: base, [`${PLAIN.package}/a.apk`]: split }, BESIDE],
    ['the newer first', { [`z/base.apk`]: base, [`z/a.apk`]: split }, 'a'],
    ['the older without its base', { [`${PLAIN.package}/a.apk`]: split }, BESIDE],
    ['both in one folder', { 'in one/old.apk': base, 'in one/a.apk': split }, 'in one'],
  ] as const)('moves as the newest of them and nothing of another: %s', async (_, older, folder) => {
    const files = { ...older, [`${folder}/base.apk`]: newer, [`${folder}/split.apk`]: newerSplit };
    await inFolder(files, async (apps) => {
      const found = await group(apps);
      expect(named(found)).toEqual([[PLAIN.package, ['base.apk', 'split.apk']]]);
      expect(found.apps[0]?.facts).toMatchObject({ versionCode: 8, splits: ['config.fr'] });
      expect(found.apps[0]?.files.every(({ path }) => path.startsWith(join(apps, folder)))).toBe(true);
      expect(found.skips).toEqual(['app-other-version']);
    });
  });

  it('never takes a newer set without its base for one that can be installed', async () => {
    await inFolder({ [OLD]: base, [`${BESIDE}/split.apk`]: newerSplit }, async (folder) => {
      expect(named(await group(folder))).toEqual([[PLAIN.package, ['base.apk']]]);
    });
  });

  it('moves as the more complete one when they are of one version, never as both together', async () => {
    const files = { [OLD]: base, [`${BESIDE}/base.apk`]: base, [`${BESIDE}/split.apk`]: split };
    await inFolder(files, async (folder) => {
      const found = await group(folder);
      expect(found.apps[0]?.files.map(({ path }) => path)).toEqual([
        join(folder, BESIDE, 'base.apk'),
        join(folder, BESIDE, 'split.apk'),
      ]);
    });
  });
});

describe('what is no app', () => {
  it('is reported, each with its reason, and the rest goes on', async () => {
    const files = {
      'notes/base.apk': base,
      'notes/base.apk.idsig': 'x',
      'notes/lib/arm64/libx.so': 'x',
      'broken.apk': base.subarray(0, 500),
      'readme.txt': 'x',
    };
    await inFolder(files, async (folder) => {
      symlinkSync(join(folder, 'notes', 'base.apk'), join(folder, 'link.apk'));
      symlinkSync(join(folder, 'notes'), join(folder, 'linked'));
      mkfifoSync(folder);
      const found = await group(folder);
      expect(named(found)).toEqual([[PLAIN.package, ['base.apk']]]);
      expect(found.skips.toSorted()).toEqual([
        'link',
        'link',
        'not-an-apk',
        'not-an-apk',
        'not-an-apk',
        'not-an-apk',
        'special',
      ]);
    });
  });

  it('includes a name that is not Unicode', async () => {
    await inFolder({ 'base.apk': base }, async (folder) => {
      writeFileSync(
        Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.apk')]),
        camera,
      );
      expect((await group(folder)).skips).toEqual(['name-not-unicode']);
    });
  });

  it('a folder that is not there is the caller’s to handle', async () => {
    await expect(group('/nonexistent/apps')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('stops when it is told to', async () => {
    await inFolder({ 'notes/a.txt': 'x', 'notes/base.apk': base }, async (folder) => {
      await expect(group(folder, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
      // In the last file of a folder within, where a failure would be taken for that of a file.
      const stop = new AbortController();
      const apps = groupApks(folder, { skip: () => stop.abort(), signal: stop.signal });
      await expect(apps.next()).rejects.toMatchObject({ name: 'AbortError' });
    });
  });
});

describe('what cannot be read', () => {
  it('is reported as such, file or folder, and the rest goes on', async () => {
    await inFolder({ 'base.apk': base }, async (folder) => {
      // Permissions stop nobody who runs as root; a path beyond PATH_MAX stops everyone.
      const deep = join(folder, ...Array.from({ length: 19 }, () => 'x'.repeat(200)));
      mkdirSync(deep, { recursive: true });
      const long = 'y'.repeat(250);
      const script = 'cp "$1" near.apk && cp "$1" "$2.apk" && mkdir "$2" && cp "$1" "$2/base.apk"';
      execFileSync('sh', ['-c', script, 'sh', join(folder, 'base.apk'), long], { cwd: deep });
      const found = await group(deep);
      expect(named(found)).toEqual([[PLAIN.package, ['near.apk']]]);
      expect(found.skips).toEqual(['unreadable', 'unreadable']);
      execFileSync('rm', ['-rf', 'x'.repeat(200)], { cwd: folder });
    });
  });

  it('a file that goes while others are read has vanished', async () => {
    await inFolder({ 'a.txt': 'x', 'b.apk': base, 'c.apk': camera }, async (folder) => {
      const skips: SkipReason[] = [];
      const { signal } = new AbortController();
      const skip = (reason: SkipReason): void => {
        skips.push(reason);
        rmSync(join(folder, 'c.apk'), { force: true });
      };
      for await (const app of groupApks(folder, { skip, signal })) expect(app.package).toBe(PLAIN.package);
      expect(skips).toEqual(['not-an-apk', 'vanished']);
    });
  });
});
