import { toText } from '../acl/bytes'
import type { StartResult } from '../server/start-with'
import type { Target } from '../targets/target'
import type { Diagnostic } from './diagnostic'
import { refusals } from './refusals'

/** The errors of a server that does not start on its files. */
export interface StartRefusals {
  readonly acl: readonly Diagnostic[]
  readonly conf: readonly Diagnostic[]
  /** The errors that are about no place in a file. */
  readonly whole: readonly string[]
}

/**
 * Sorts the errors of a start by file; there are none where the server started. There is always one where it did not.
 * @param conf null where there is no redis.conf to show errors in
 */
export function startRefusals(result: StartResult, acl: string, conf: string | null, target: Target): StartRefusals {
  if (result.started) return { acl: [], conf: [], whole: [] }
  const { problems } = result
  const inFile = (source: 'users.acl' | 'redis.conf', text: string): readonly Diagnostic[] =>
    refusals(
      problems.filter(({ span }) => span?.source === source),
      text,
      target,
    )
  const found = {
    acl: inFile('users.acl', acl),
    conf: conf === null ? [] : inFile('redis.conf', conf),
    whole: problems.filter(({ span }) => span === null).map(({ message }) => toText(message)),
  }
  const isEmpty = Object.values(found).every((list) => list.length === 0)
  return isEmpty ? { ...found, whole: [toText(result.message)] } : found
}
