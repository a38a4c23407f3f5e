/** A list in parts of at most `size`, in order: what fills a message is cut to the bound of its schema here. */
export function* batches<T>(list: readonly T[], size: number): Generator<T[]> {
  for (let first = 0; first < list.length; first += size) yield list.slice(first, first + size);
}
