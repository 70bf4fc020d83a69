import { lower, type Bytes } from './bytes'

/*
 * A command line (argv) by position, for code that sees lines of any length: its arity was not checked, or is none. The
 * handlers of commands read theirs through `Arguments`.
 */

/** Returns the argument at a position; empty where the line is shorter. */
export function textAt(argv: readonly Bytes[], at: number): Bytes {
  const argument: Bytes | undefined = argv[at]
  return argument ?? ''
}

/** Returns the argument at a position in lower case, as a keyword or a command's name is compared; empty where the line is shorter. */
export function wordAt(argv: readonly Bytes[], at: number): Bytes {
  return lower(textAt(argv, at))
}
