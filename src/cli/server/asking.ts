import type { Io } from '../input'

/** Returns streams that ask for a password only once. */
export function onceAsked(io: Io): Io {
  const { password } = io
  if (password === undefined) return io
  let answer: Promise<string | null> | null = null
  return { ...io, password: (question) => (answer ??= password(question)) }
}
