/** Returns a value that is known to be there. Its absence is a bug, and throws. */
export function present<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) throw new TypeError('A value is missing')
  return value
}
