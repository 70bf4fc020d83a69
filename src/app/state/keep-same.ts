/**
 * Returns a function that gives back the object before as long as all fields stay the same, so that work which was asked for
 * with it is not done again. Arrays and objects in fields are the same only where they are identical.
 */
export function keepSame<T extends object>(): <Next extends T | null>(next: Next) => Next | T {
  let before: T | null = null
  return (next) => {
    if (next === null) return next
    if (before === null || !hasSameFields(before, next)) before = next
    return before
  }
}

function hasSameFields<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(a) as (keyof T)[]
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && Object.is(a[key], b[key]))
}
