/** Bytes into a file of the phone by its file service. */
import { PhoneFailure, type PhoneLink } from '../link.ts';
import { SyncService } from '../sync.ts';

/** @throws PhoneFailure where the phone does not take it: no space, no such folder. */
export async function pushFile(
  link: PhoneLink,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const service = await SyncService.open(link, signal);
  try {
    const failure = await service.sendStream(path, bytes, Math.floor(Date.now() / 1_000));
    if (failure !== undefined) throw new PhoneFailure('the phone could not write it');
  } finally {
    await service.close();
  }
}
