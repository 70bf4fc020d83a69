/** Returns a value that must exist. Throws if it is missing, which is a bug. */
export function present<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) throw new TypeError('A value is missing')
  return value
}
