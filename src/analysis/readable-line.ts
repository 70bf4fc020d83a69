import type { Bytes } from '../acl/bytes'
import type { CommandLine } from '../proof/command-line'
import type { Target } from '../targets/target'
import { usesOf } from '../targets/uses'

/** Returns names that read as keys or channels, to stand in place of the shortest one that a search found; the best first. */
function namesFor(found: Bytes): readonly Bytes[] {
  const longer = /[:/.|_-]$/.test(found)
    ? [`${found}1`, `${found}2`]
    : [`${found}${/(?:^|[:/.|_-])[a-z]$/.test(found) ? 'b' : '2'}:1`, `${found}1`]
  return ['other:1', 'other:2', ...(found === '' ? [] : longer)]
}

/** Returns the first name that reads well and shows the same as the one found; else that one. */
export function readableName(found: Bytes, shows: (name: Bytes) => boolean): Bytes {
  return namesFor(found).find(shows) ?? found
}

/** Returns a command line with keys and channels that read as such, as far as it then still shows the same. */
export function readableLine(target: Target, line: CommandLine, shows: (line: CommandLine) => boolean): CommandLine {
  const command = target.table.resolve(line.argv)
  if (command === undefined) return line
  const { keys, channels } = usesOf(target, command, line.argv, line.db)
  const named = [
    ...keys.map(({ key, at }) => ({ name: key, at })),
    ...channels.flatMap(({ channel, at, isPattern }) => (isPattern ? [] : [{ name: channel, at }])),
  ]
  const places = named.map(({ at }) => at)
  let { argv } = line
  for (const found of new Set(named.map(({ name }) => name))) {
    const changed = (name: Bytes): readonly Bytes[] =>
      argv.map((word, i) => (word === found && places.includes(i) ? name : word))
    const name = readableName(found, (one) => !argv.includes(one) && shows({ argv: changed(one), db: line.db }))
    argv = changed(name)
  }
  return { argv, db: line.db }
}
