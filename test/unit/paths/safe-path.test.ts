import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/transfer/limits.ts';
import {
  checkName,
  checkPath,
  checkPortableName,
  collisionKey,
  isStagingName,
} from '../../../src/transfer/paths/safe-path.ts';

describe('names that may travel', () => {
  it.each([
    'photo.jpg',
    '.bashrc',
    ' leading space',
    'a  b',
    '~$letter.docx',
    'file.txt.~1~',
    'PROGRA~1',
    'IMG_00~1.JPG',
    'Übergrößenträger.txt',
    'Cafe\u0301.txt',
    'Отчёт.pdf',
    '写真.jpg',
    'صورة.jpg',
    'می\u200cخواهم.txt',
    '👨\u200d👩\u200d👧.png',
    '🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}.png',
    '❤\uFE0F.png',
    'A／B.txt',
    'console.log',
    'company',
    'com10',
    'auxiliary.txt',
    'nullable',
    "it's (1) [2] {3} #4 %5 & = + , ; @ ! ^ `.txt",
    'x'.repeat(LIMITS.nameBytes),
    '…',
    '...a',
  ])('%j travels, and is portable', (name) => {
    expect(checkName(name)).toBeUndefined();
    expect(checkPortableName(name)).toBeUndefined();
  });

  it.each(['C:', 'a\\b', 'what?', 'line\nfeed', 'gpj\u202Eexe', 'trailing.', 'con.txt', '\uFFFE'])(
    '%j travels, whatever another system would make of it',
    (name) => {
      expect(checkName(name)).toBeUndefined();
    },
  );

  it.each([
    ['', 'empty'],
    ['.', 'dot'],
    ['..', 'dot'],
    ['a/b', 'separator'],
    ['nul\0byte', 'separator'],
    ['half \uD83D', 'not-unicode'],
    ['x'.repeat(LIMITS.nameBytes + 1), 'too-long'],
    ['€'.repeat(86), 'too-long'],
  ])('%j does not travel: %s', (name, problem) => {
    expect(checkName(name)).toBe(problem);
  });
});

describe('names that are not portable', () => {
  it.each([
    ['', 'empty'],
    ['.', 'dot'],
    ['..', 'dot'],
    ['a/b', 'separator'],
    ['/', 'separator'],
    ['..\\evil', 'separator'],
    ['nul\0byte', 'control-character'],
    ['line\nfeed', 'control-character'],
    ['\u001B[31mred', 'control-character'],
    ['c1\u0085', 'control-character'],
    ['line\u2028separator', 'control-character'],
    ['gpj\u202Eexe', 'control-character'],
    ['\u2066isolate\u2069', 'control-character'],
    ['\u200Emark', 'control-character'],
    ['soft\u00ADhyphen', 'control-character'],
    ['\uFEFFmark', 'control-character'],
    ['tag\u{E0001}', 'control-character'],
    ['\uFFFE', 'control-character'],
    ['C:', 'forbidden-character'],
    ['notes.txt:hidden', 'forbidden-character'],
    ['what?.txt', 'forbidden-character'],
    ['a*b', 'forbidden-character'],
    ['<b>', 'forbidden-character'],
    ['a|b', 'forbidden-character'],
    ['"quoted"', 'forbidden-character'],
    ['half \uD83D', 'not-unicode'],
    ['\uDE00 half', 'not-unicode'],
    ['trailing.', 'trailing-dot-or-space'],
    ['trailing ', 'trailing-dot-or-space'],
    ['...', 'trailing-dot-or-space'],
    ['CON', 'reserved'],
    ['con.txt', 'reserved'],
    ['Prn', 'reserved'],
    ['aux.tar.gz', 'reserved'],
    ['NUL .txt', 'reserved'],
    ['com1', 'reserved'],
    ['COM0', 'reserved'],
    ['COM¹.txt', 'reserved'],
    ['lpt9.log', 'reserved'],
    ['CONIN$', 'reserved'],
    ['conout$.txt', 'reserved'],
    ['clock$', 'reserved'],
    ['x'.repeat(LIMITS.nameBytes + 1), 'too-long'],
    ['é'.repeat(LIMITS.nameBytes / 2 + 1), 'too-long'],
    ['€'.repeat(86), 'too-long'],
  ])('%j is rejected: %s', (name, problem) => {
    expect(checkPortableName(name)).toBe(problem);
  });
});

describe('paths', () => {
  it('are as deep and as long as the limits say, and no more', () => {
    expect(checkPath(Array<string>(LIMITS.pathDepth).fill('a'))).toBeUndefined();
    expect(checkPath(Array<string>(LIMITS.pathDepth + 1).fill('a'))).toBe('too-deep');
    const long = Array<string>(12).fill('x'.repeat(255));
    expect(checkPath(long)).toBeUndefined();
    expect(checkPath([...long, 'y'])).toBe('path-too-long');
  });

  it('are rejected for any of their components', () => {
    expect(checkPath([])).toBe('empty');
    expect(checkPath(['a', '', 'b'])).toBe('empty');
    expect(checkPath(['a', '..', 'b'])).toBe('dot');
    expect(checkPath(['a', 'con', 'b'])).toBeUndefined();
    expect(checkPath(['a', 'con', 'b'], checkPortableName)).toBe('reserved');
  });

  it('cannot reach a staging folder, by its name, another case of it or its short name', () => {
    for (const name of [
      '.openmover-1',
      '.OpenMover-x',
      '.ｏpenmover-1',
      'OPENMO~1',
      'openmo~2',
      'OP3F2A~1',
    ]) {
      expect(checkPath([name, 'x'])).toBe('staging');
      expect(checkPath(['folder', name])).toBeUndefined();
      expect(isStagingName(name)).toBe(true);
    }
    expect(isStagingName('.openmover')).toBe(false);
    expect(isStagingName('openmoves')).toBe(false);
  });
});

describe('names that some file system takes for one', () => {
  it.each([
    ['Photo.JPG', 'photo.jpg'],
    ['caf\u00E9', 'cafe\u0301'],
    ['straße', 'STRASSE'],
    ['STRA\u1E9EE', 'strasse'],
    ['ΟΔΟΣ', 'οδος'],
    ['οδοσ', 'οδος'],
    ['ſ', 's'],
    ['\u212Aelvin', 'kelvin'],
    ['ﬁle', 'FILE'],
    ['İ', 'i\u0307'],
    ['\u1FD2', '\u03B9\u0308\u0300'],
    ['\u1FD2', '\u0399\u0308\u0300'],
    ['a\u200Db', 'ab'],
    ['❤\uFE0F', '❤'],
    ['ＡＢＣ', 'abc'],
  ])('%j and %j have one key', (a, b) => {
    expect(collisionKey(a)).toBe(collisionKey(b));
  });

  it.each([
    ['ılık', 'ilik'],
    ['a', 'á'],
    ['a b', 'ab'],
    ['o', 'ø'],
    ['ab', 'a/b'],
  ])('%j and %j stay two', (a, b) => {
    expect(collisionKey(a)).not.toBe(collisionKey(b));
  });
});
