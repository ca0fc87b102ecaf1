/** A lazy value: `make` runs when it is first asked for, and its value is kept. */
export function lazy<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
