import { lower, type Bytes } from '../../acl/bytes'
import { map, type Reply } from '../../resp/reply'
import type { Handler } from '../handler'
import type { CommandNames, Counting } from '../parts'

/**
 * LATENCY HISTOGRAM [command …]: the calls of each command, or of each subcommand. All of them count as done within a
 * microsecond: the simulator's own speed says nothing about a server.
 */
export const latencyHistogram: Handler<CommandNames & Counting> = ({ argv }, server) => {
  const { byCommand } = server.statistics
  const wanted = argv.slice(2)
  const names = wanted.length === 0 ? [...byCommand.keys()] : wanted.flatMap((word) => namesOf(lower(word)))
  function namesOf(word: Bytes): readonly Bytes[] {
    const { command, container } = server.lookup(word.split('|'))
    const found = container ?? command
    if (found === undefined) return []
    return found.subcommands === null
      ? [found.name]
      : [...byCommand.keys()].filter((name) => name.startsWith(`${word}|`))
  }
  return map(
    names.flatMap((name): readonly (readonly [Reply, Reply])[] => {
      const calls = byCommand.get(name)?.calls ?? 0
      if (calls === 0) return []
      const figures = map([
        ['calls', calls],
        ['histogram_usec', map([[1, calls]])],
      ])
      return [[name, figures]]
    }),
  )
}
