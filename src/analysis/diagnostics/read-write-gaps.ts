import { memoize } from '../memoize'
import { listSome, tokensOf, userAllows } from './facts'
import { addRules, onToken, type LineCheck } from './line'

const missed = ['ping', 'select', 'multi', 'exec', 'eval', 'publish']
const offered = ['ping', 'select', 'multi', 'exec']

/** Returns the report's texts for the given commands among those usually missed. */
const gaps = memoize((given: readonly string[]) => {
  const lacks = missed.filter((name) => !given.includes(name))
  if (!lacks.includes('ping') || !lacks.includes('select') || !lacks.includes('multi')) return null
  const rules = offered.filter((name) => lacks.includes(name)).map((name) => `+${name}`)
  return {
    message: `@read and @write do not contain ${listSome(
      lacks.map((name) => name.toUpperCase()),
      6,
    )}.`,
    rules,
    label: `Add ${rules.join(' ')}`,
  }
})

/** `+@read +@write`: commands that access no key are in neither category. */
export const readWriteGaps: LineCheck = {
  code: 'read-write-gaps',
  severity: 'info',
  check: (line) => {
    const token = tokensOf(line, 0).findLast(({ word }) => word === '+@read' || word === '+@write')
    const found = token === undefined || line.user === null ? null : gaps(userAllows(line, missed))
    if (token === undefined || found === null) return []
    return [
      {
        ...onToken(
          token,
          found.message,
          'Libraries send PING to test a connection. A client whose SELECT is denied stays in database 0.',
          () => [addRules(line, found.rules, found.label)],
        ),
        group: found.message,
      },
    ]
  },
}
