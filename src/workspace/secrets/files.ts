import { type Bytes, lower } from '../../acl/bytes'
import { splitLine, splitWords } from '../../acl/split'
import type { CommandNames } from './command'
import type { FindSecrets } from './lines'
import { hiddenPassword } from './hidden-password'
import type { Secret } from './rules'

/** Returns the commands to which rename-command gave other names, by the new name. */
export function renamed(conf: Bytes): CommandNames {
  const names = new Map<string, string>()
  for (const line of conf.split('\n')) {
    if (!/rename/i.test(line) && !line.includes('\\')) continue
    const [directive, name, to] = splitWords(line) ?? []
    if (lower(directive?.text ?? '') === 'rename-command' && name && to) names.set(lower(to.text), lower(name.text))
  }
  return names
}

/** The number of lines that a password with an unclosed quote may span. */
const MOST_CONTINUED = 10

/** Finds the passwords of each line, including those that continue on the next lines. */
export function secretsByLine(lines: readonly Bytes[], find: FindSecrets): (readonly Secret[])[] {
  const found: (readonly Secret[])[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = cutAtNul(lines[i] ?? '')
    const secrets = find(line)
    found.push(
      line === lines[i] ? secrets : [...secrets, { from: line.length, to: (lines[i] ?? '').length, instead: '\0' }],
    )
    for (const whole of secrets.length === 0 ? [] : continuation(lines, i)) {
      found.push([whole])
      i++
    }
  }
  return found
}

/** Cuts a line at its first NUL, where servers stop reading. */
function cutAtNul(line: Bytes): Bytes {
  const nul = line.indexOf('\0')
  return nul < 0 ? line : line.slice(0, nul)
}

/** Returns the parts of a password that continue on the following lines, after a backslash or within quotes. */
function continuation(lines: readonly Bytes[], at: number): Secret[] {
  const whole = (line: Bytes, end: string): Secret => ({ from: 0, to: line.length, instead: hiddenPassword + end })
  const first = lines[at] ?? ''
  const next = lines[at + 1]
  if (next === undefined) return []
  if (splitLine(first).broken === null) return /\\\r?$/.test(first) ? [whole(next, '')] : []
  let joined = first
  for (let to = at + 1; to < Math.min(lines.length, at + 1 + MOST_CONTINUED); to++) {
    joined += `\n${lines[to]}`
    if (splitLine(joined).broken === null)
      return lines.slice(at + 1, to + 1).map((line, i) => whole(line, i === to - at - 1 ? '"' : ''))
  }
  return []
}
