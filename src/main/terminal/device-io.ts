/** What a device asks, answered from `--secrets-stdin` or on the terminal; what it tells goes to the command's view. */
import type { DeviceIo, DeviceMessage, PasswordQuestion } from '../../transfer/devices/device-io.ts';
import type { Ephemeral } from '../../transfer/privacy/ephemeral.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import type { Io } from './io.ts';
import { ask, askHidden, canAsk } from './prompt.ts';
import { sealSecret, type Secrets, type StdinSecrets } from './secrets.ts';

interface TerminalDevice {
  readonly io: Io;
  readonly secrets: StdinSecrets;
  /** Whether a person may be asked: not with `--secrets-stdin`, whose line was all there is. */
  readonly mayAsk: boolean;
  readonly tell: (message: DeviceMessage) => void;
  readonly signal: AbortSignal;
}

/** Each secret that came by standard input is given once: a wrong one is not tried again. */
export function terminalDeviceIo({ io, secrets, mayAsk, tell, signal }: TerminalDevice): DeviceIo {
  const taken = new Set<keyof Secrets>();
  const take = async (name: keyof Secrets): Promise<Ephemeral<string> | undefined> => {
    if (taken.has(name)) return undefined;
    taken.add(name);
    return (await secrets.get())[name]?.use(sealSecret);
  };
  const answers = mayAsk && canAsk(io);
  const sealed = (text: string): Ephemeral<string> | undefined =>
    text === '' ? undefined : sealSecret(text);
  return {
    tell,
    async askPassword({ message, wrong }: PasswordQuestion) {
      const known = await take('password');
      if (known !== undefined && !wrong) return known;
      if (!answers) return undefined;
      if (wrong) io.errors.write('That password does not open it.\n');
      return sealed(await askHidden(io, `${printable(message)} `, signal));
    },
    async askAccount({ message, action }: DeviceMessage) {
      const known = await take('appleId');
      if (known !== undefined || !answers) return known;
      const question = action === undefined ? message : `${message} ${action}`;
      return sealed(await ask(io, `${printable(question)} `, signal));
    },
    attended: answers,
    signal,
  };
}
