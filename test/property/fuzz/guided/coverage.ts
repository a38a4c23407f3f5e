/**
 * Which code an input reaches, as V8 counts it (Chrome DevTools Protocol, Profiler.takePreciseCoverage): every function
 * that ran since it was last asked, with the blocks in it that did not. One question costs a millisecond.
 */
import { Session, type Profiler } from 'node:inspector';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Of one function: its place in the file, and a byte a character that is 1 once that character was reached. */
interface Reached {
  readonly url: string;
  readonly start: number;
  readonly end: number;
  readonly characters: Uint8Array;
}

/** What ran since the last question. */
interface Trace {
  readonly key: string;
  readonly reached: Reached;
}

export interface Lines {
  readonly reached: number;
  readonly all: number;
}

export class Coverage {
  readonly #session = new Session();
  readonly #known = new Map<string, Reached>();
  #covers = /^/;

  /** To be made before the code is loaded: what was compiled earlier is not counted block by block. */
  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Once the code is loaded: learns what functions there are in the files that `covers` names. */
  begin(covers: RegExp): void {
    this.#covers = covers;
    for (const trace of this.#take()) this.#keep(trace);
  }

  /** What has run since the last question and had not before; nothing is known of it until it is kept. */
  news(): readonly Trace[] {
    return this.#take().filter(({ key, reached }) => {
      const known = this.#known.get(key);
      if (known === undefined) return reached.characters.includes(1);
      return reached.characters.some((character, at) => character === 1 && known.characters[at] !== 1);
    });
  }

  keep(traces: readonly Trace[]): void {
    for (const trace of traces) this.#keep(trace);
  }

  #keep({ key, reached }: Trace): void {
    const known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, reached);
    else
      for (const [at, character] of reached.characters.entries())
        if (character === 1) known.characters[at] = 1;
  }

  #take(): Trace[] {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    // In this thread, the answer comes before the call returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      scripts = answer.result;
    });
    return scripts
      .filter(({ url }) => this.#covers.test(url))
      .flatMap(({ url, functions }) => functions.map((one) => traceOf(url, one)));
  }

  /** Lines with code in functions, and those of them that were reached whole; what runs by being loaded is left out. */
  lines(): Lines {
    const files = new Map<string, Reached[]>();
    for (const one of this.#known.values()) files.set(one.url, [...(files.get(one.url) ?? []), one]);
    const sums = [...files].map(([url, functions]) => linesOf(url, functions));
    return {
      reached: sums.reduce((sum, { reached }) => sum + reached, 0),
      all: sums.reduce((sum, { all }) => sum + all, 0),
    };
  }
}

function traceOf(url: string, { ranges }: Profiler.FunctionCoverage): Trace {
  const start = ranges[0]?.startOffset ?? 0;
  const end = ranges[0]?.endOffset ?? 0;
  const characters = new Uint8Array(end - start);
  // Outer ranges come first, and what is said of an inner one holds for it.
  for (const { startOffset, endOffset, count } of ranges) {
    characters.fill(count > 0 ? 1 : 0, startOffset - start, endOffset - start);
  }
  return { key: `${url}:${String(start)}:${String(end)}`, reached: { url, start, end, characters } };
}

/** 0 for no code of a function, 1 for code that was not reached, 2 for code that was. */
function linesOf(url: string, functions: readonly Reached[]): Lines {
  const text = readFileSync(url.startsWith('file:') ? fileURLToPath(url) : url, 'utf8');
  const states = new Uint8Array(text.length);
  // A function in a function says of its own code what the outer one cannot know.
  for (const { start, end, characters } of [...functions].sort(
    (a, b) => b.end - b.start - (a.end - a.start),
  )) {
    if (start === 0 && end >= text.length) continue;
    for (const [at, character] of characters.entries()) states[start + at] = character + 1;
  }
  let [reached, all, from] = [0, 0, 0];
  for (const line of text.split('\n')) {
    const isCode = !/^\s*(?:\/\/|\/?\*|[{}()[\];,]*\s*$)/.test(line);
    const inFunction = [...line].map((_, at) => states[from + at] ?? 0).filter((state) => state > 0);
    if (isCode && inFunction.length > 0) {
      all += 1;
      if (!inFunction.includes(1)) reached += 1;
    }
    from += line.length + 1;
  }
  return { reached, all };
}
