import { fromText } from '../../acl/bytes'
import { fixOf } from '../../analysis/expectations/fix'
import { parseExpectations } from '../../analysis/expectations/parse'
import { runExpectations } from '../../analysis/expectations/run'
import type { SimulatedServer } from '../../server/server'
import { startServer } from '../../server/start'
import type { Target } from '../../targets/target'
import type { Results, Work } from './protocol'

/** Looks for a proved fix for the sentence of a line of users.expect. */
export function fixSentence(
  target: Target,
  { acl, conf, expect, line }: Extract<Work, { kind: 'sentence-fix' }>,
): Results['sentence-fix'] {
  const none = { fix: null }
  const start = (text: string): SimulatedServer | null => {
    const result = startServer({
      target,
      // The last directive counts.
      conf: `${fromText(conf)}\naclfile users.acl\n`,
      files: { read: (path) => (path === 'users.acl' ? fromText(text) : null), write: () => undefined },
      clock: { now: () => Date.now() },
      random: { bytes: (n) => '\0'.repeat(n), below: () => 0 },
      unknownDirectives: 'refuse',
    })
    return result.started ? result.server : null
  }
  const server = start(acl)
  if (server === null) return none
  const results = runExpectations(server, parseExpectations(expect).expectations)
  const failing = results.find(({ expectation }) => expectation.place.line === line)
  const fix = failing === undefined ? null : fixOf({ server, acl, results, start }, failing)
  return fix === null ? none : { fix: { label: fix.label, edits: fix.edits, effects: fix.effects } }
}
