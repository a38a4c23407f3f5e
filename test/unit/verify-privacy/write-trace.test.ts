import { describe, expect, it } from 'vitest';
import { readTraceLine, traceTo } from '../../../src/main/verify-privacy/write-trace.ts';

/** Text as strace -xx writes it. */
const x = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');

/** `write:<path>:<text>`, `name:<text>`, `unseen:<reason>`. */
const read = (line: string): string[] =>
  [...readTraceLine(Buffer.from(line))].map((step) => {
    if (step.type === 'unseen') return `unseen:${step.because}`;
    const text = step.bytes.toString();
    return step.type === 'name' ? `name:${text}` : `write:${step.path}:${text}`;
  });

describe('a line of a trace', () => {
  it('gives what was written and to which file, gathered writes in their order', () => {
    expect(read(`17 write(21<${x('/tmp/a b')}>, "${x('wör"ld\n')}", 8) = 8`)).toEqual([
      'write:/tmp/a b:wör"ld\n',
    ]);
    expect(
      read(
        `17 pwritev(3<${x('/a')}>, [{iov_base="${x('one')}", iov_len=3}, {iov_base="${x('two')}", iov_len=3}], 2, 0) = 6`,
      ),
    ).toEqual(['write:/a:one', 'write:/a:two']);
  });

  it('gives what was written to a file that is deleted, or when another thread spoke in between', () => {
    expect(read(`17 write(21<${x('/a')}>(deleted), "${x('gone')}", 4) = 4`)).toEqual(['write:/a:gone']);
    expect(read(`17 write(21<${x('/a')}>, "${x('half')}", 4 <unfinished ...>`)).toEqual(['write:/a:half']);
    expect(read('17 <... write resumed>) = 4')).toEqual([]);
  });

  it('gives a write whose file is not known, and says when one is cut short', () => {
    expect(read(`17 write(21, "${x('lost')}", 4) = 4`)).toEqual(['write:an unknown file:lost']);
    expect(read(`17 write(21<${x('/a')}>, "${x('long')}"..., 99) = 99`)).toEqual([
      'write:/a:long',
      'unseen:the trace of write is cut short',
    ]);
  });

  it('gives names of files, links and attributes', () => {
    expect(read(`17 rename("${x('/a')}", "${x('/b')}") = 0`)).toEqual(['name:/a', 'name:/b']);
    expect(read(`17 openat(AT_FDCWD<${x('/w')}>, "${x('c')}", O_WRONLY|O_CREAT, 0666) = 3`)).toEqual([
      'name:c',
    ]);
  });

  it('leaves out what is not on a disk', () => {
    for (const path of ['pipe:[1]', 'socket:[2]', 'anon_inode:[eventfd]', '/proc/self/comm', '/dev/null']) {
      expect(read(`17 write(1<${x(path)}>, "${x('shown')}", 5) = 5`)).toEqual([]);
    }
    expect(read(`17 write(1<${x('/dev/shm/a')}>, "${x('kept')}", 4) = 4`)).toEqual(['write:/dev/shm/a:kept']);
  });

  it('says when files are written past it', () => {
    expect(read('17 io_uring_setup(64, {flags=IORING_SETUP_SQPOLL, sq_thread_cpu=0}) = 5')).toEqual([
      'unseen:files were written by io_uring',
    ]);
    expect(read('17 io_uring_setup(256, {flags=0x10000 /* IORING_SETUP_??? */}) = 5')).toEqual([]);
  });

  it('is asked for whole: no write of the engine is longer than what a trace shows', () => {
    const line = traceTo('/t');
    expect(Number(line[line.indexOf('-s') + 1])).toBeGreaterThanOrEqual(16 * 1024 * 1024);
  });
});
