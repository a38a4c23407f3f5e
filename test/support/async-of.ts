/** Items one by one, as a stream gives them. */
export async function* asyncOf<T>(items: Iterable<T>): AsyncGenerator<T, void> {
  for (const item of items) {
    yield await Promise.resolve(item);
  }
}
