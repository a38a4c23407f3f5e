/** iCloud as a source: contacts and calendars, by an Apple ID and a password that Apple makes for one program only. */
import { MoverError } from '../../errors.ts';
import type { Ephemeral } from '../../privacy/ephemeral.ts';
import type { DeviceIo } from '../device-io.ts';
import type { DeviceReader } from '../spooled-source.ts';
import { CloudFailure, type Credentials, type Transport } from './guarded-fetch.ts';
import { CloudReader, sentAway } from './reader.ts';

/** Apple locks an account after more. */
const MOST_PASSWORDS = 3;

const GUIDE =
  'Make a password just for this: account.apple.com, Sign-In and Security, App-Specific Passwords. Never your Apple ID’s own.';
const REFUSED = 'Apple did not accept it. Use the 16 letters from Apple, not your usual password.';

/**
 * Asks for both and signs in.
 * @param transport how Apple's hosts are reached; tests have their own.
 * @throws MoverError `PASSWORD_NEEDED`, `PASSWORD_WRONG`; `DEVICE_OFFLINE` without an answer that can be trusted;
 * `SOURCE_UNREADABLE` when iCloud leads elsewhere; `UNSAFE_RUNTIME`, `USAGE`.
 */
export async function openIcloud(
  name: string | undefined,
  io: DeviceIo,
  transport?: Transport,
): Promise<DeviceReader> {
  // What follows the colon may be an Apple ID: it is not said again.
  if (name !== undefined) {
    throw new MoverError('USAGE', { detail: 'icloud takes no name: the Apple ID is asked for' });
  }
  if ((process.env.NODE_DEBUG ?? '') !== '') {
    throw new MoverError('UNSAFE_RUNTIME', { detail: 'NODE_DEBUG prints what is sent, passwords among it' });
  }
  const appleId = await io.askAccount({ message: 'Apple ID (an e-mail address or telephone number):' });
  if (appleId === undefined) throw new MoverError('PASSWORD_NEEDED', { sentence: NEEDED });
  const tried: Ephemeral<string>[] = [];
  try {
    for (;;) {
      const password = await ask(io, tried);
      tried.push(password);
      const reader = await signIn({ appleId, password }, io, transport);
      if (reader === undefined) continue;
      tried.pop();
      return reader;
    }
  } catch (error) {
    appleId.wipe();
    throw error;
  } finally {
    for (const password of tried) password.wipe();
  }
}

/** One that was not tried yet: each goes to Apple once. */
async function ask(io: DeviceIo, tried: readonly Ephemeral<string>[]): Promise<Ephemeral<string>> {
  for (let asked = tried.length; asked < MOST_PASSWORDS; asked += 1) {
    io.signal.throwIfAborted();
    const wrong = asked > 0;
    if (wrong) io.tell({ message: REFUSED });
    const password = await io.askPassword({
      message: 'App-specific password (account.apple.com, Sign-In and Security; 16 letters):',
      wrong,
    });
    if (password === undefined) break;
    if (!tried.some((before) => same(before, password))) return password;
    password.wipe();
  }
  if (tried.length > 0) throw new MoverError('PASSWORD_WRONG', { sentence: REFUSED });
  throw new MoverError('PASSWORD_NEEDED', { sentence: NEEDED });
}

const same = (one: Ephemeral<string>, other: Ephemeral<string>): boolean =>
  one.use((first) => other.use((second) => first === second));

/** @returns undefined when the password was refused. */
async function signIn(
  credentials: Credentials,
  io: DeviceIo,
  transport: Transport | undefined,
): Promise<CloudReader | undefined> {
  io.tell({ message: 'Signing in to iCloud…' });
  try {
    return await CloudReader.signIn({ credentials, io, transport });
  } catch (error) {
    io.signal.throwIfAborted();
    if (!(error instanceof CloudFailure)) throw error;
    switch (error.reason) {
      case 'refused':
        return undefined;
      case 'foreign':
        throw sentAway(error);
      case 'offline':
        throw new MoverError('DEVICE_OFFLINE', { sentence: OFFLINE, cause: error });
      case 'untrusted':
        throw new MoverError('DEVICE_OFFLINE', { sentence: UNTRUSTED, cause: error });
      case 'too-large':
      case 'fault':
        throw new MoverError('DEVICE_OFFLINE', { sentence: FAULT, cause: error });
    }
  }
}

const NEEDED = `iCloud is read with your Apple ID and an app-specific password. ${GUIDE} Then start again on a terminal, or with --secrets-stdin and {"appleId":"…","password":"…"}.`;
const OFFLINE = 'iCloud does not answer. Check that this computer is on the internet, and start again.';
const UNTRUSTED =
  'What answers as iCloud cannot prove that it is, so nothing was sent. A filter in this network may stand between: use another network and start again.';
const FAULT =
  'iCloud gives this account neither contacts nor calendars. Turn them on under iCloud on the iPhone, or start again later.';
