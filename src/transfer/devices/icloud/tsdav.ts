import type * as Library from 'tsdav';

type Tsdav = Pick<typeof Library, 'davRequest' | 'propfind'>;

let loading: Promise<Tsdav> | undefined;

/** tsdav, with its log shut: with `DEBUG` set it would print the addresses of an account, which hold its number. */
export function loadTsdav(): Promise<Tsdav> {
  loading ??= loadSilent();
  return loading;
}

async function loadSilent(): Promise<Tsdav> {
  const { DEBUG } = process.env;
  delete process.env.DEBUG;
  try {
    return await import('tsdav');
  } finally {
    if (DEBUG !== undefined) process.env.DEBUG = DEBUG;
  }
}
