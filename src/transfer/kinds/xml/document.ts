/** A device's own records as a document of "SMS Backup & Restore": what the readers of messages and calls take. */

/** @param root `smses` or `calls`. @param elements each one whole element. @param count of them, where it is known. */
export async function* backupDocument(
  root: string,
  elements: AsyncIterable<string> | Iterable<string>,
  count?: number,
): AsyncGenerator<Uint8Array, void> {
  const counted = count === undefined ? '' : ` count="${String(count)}"`;
  yield Buffer.from(`<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<${root}${counted}>\n`);
  for await (const element of elements) yield Buffer.from(`  ${element}\n`);
  yield Buffer.from(`</${root}>\n`);
}
