/** What is made of an object once, and kept as long as the object is. */
export function once<K extends object, V extends object>(made: (from: K) => V): (from: K) => V {
  const known = new WeakMap<K, V>();
  return (from) => {
    const found = known.get(from);
    if (found !== undefined) return found;
    const value = made(from);
    known.set(from, value);
    return value;
  };
}
