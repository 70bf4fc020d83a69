import { allowsAnything, tokensOf } from './facts'
import { onToken, type LineCheck } from './line'

/** A user that may not use database 0, where every connection starts. */
export const dbDefault0: LineCheck = {
  code: 'db-default-0',
  severity: 'info',
  about: 'databases',
  check: (line) => {
    const { user } = line
    if (
      user === null ||
      !user.selectors.some(allowsAnything) ||
      user.selectors.some((selector) => selector.allDatabases || selector.databases.includes(0))
    )
      return []
    const token = tokensOf(line, 0).findLast(({ word }) => word.startsWith('db=') || word === 'resetdbs')
    const [first] = user.root.databases
    return [
      onToken(
        token ?? line.name,
        `Connections start in database 0, which is not granted: commands on keys are denied until the client has run ${first === undefined ? 'SELECT' : `SELECT ${first}`}.`,
        null,
      ),
    ]
  },
}
