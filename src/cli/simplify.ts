import { fromText, fromUint8, toText, toUint8, type Bytes } from '../acl/bytes'
import { conditionsOf } from '../analysis/simplify'
import { simplifyFile, type SimplifiedLine } from '../analysis/simplify/file'
import { type Paint, painter, plural } from './formats/text'
import { CannotRun, type Io } from './input'
import { maskOf } from './masked'
import { onOneLine } from './printable'
import { readUpTo } from './read-up-to'
import { describeTarget, readSubject, startOrFail, type ServerOptions } from './subject'
import { replaceContent } from './write-file'

export interface SimplifyOptions extends ServerOptions {
  /** The only user to simplify. */
  readonly user?: string
  readonly write: boolean
}

/**
 * Prints shorter rules that are proved equal, and with `--write` changes the file. Throws CannotRun where the server
 * refuses the file, or it has no such user.
 */
export async function simplifyUsers(file: string, options: SimplifyOptions, io: Io): Promise<0> {
  const subject = await readSubject(file, options, io, [], 'users.acl', true)
  if (options.write && (file === '-' || subject.isLink || subject.server !== null))
    throw new CannotRun('--write needs a file.')
  const { acl, target } = subject
  const { users } = startOrFail(subject)
  const only = options.user === undefined ? null : fromText(options.user)
  const { lines, content } = simplifyFile(acl.bytes, users, target, only)
  const name = onOneLine(acl.name)
  if (only !== null && lines.length === 0) throw new CannotRun(`${name} has no user ${onOneLine(options.user ?? '')}.`)
  const mask = maskOf(acl)
  const paint = painter(io.color)
  for (const line of lines) io.out(render(line, mask, paint))
  const shorter = lines.filter(({ result }) => result.kind === 'shorter')
  if (shorter.length === 0) return 0
  if (options.write) {
    writeChanged(file, acl.bytes, content)
    io.out(`${name}: ${plural(shorter.length, 'line')} changed.\n`)
  }
  const conditions = conditionsOf(lines.map(({ result }) => result)).map((sentence) => ` ${sentence}`)
  io.out(
    `Proved equal on ${describeTarget(target)}: the same commands, keys, channels and databases are allowed. Passwords and flags are unchanged.${conditions.join('')}\n${subject.limits.map((limit) => `${onOneLine(limit)}\n`).join('')}`,
  )
  return 0
}

const nothingShorter = {
  none: 'no shorter rules found.',
  undecided: 'no shorter rules found; some were not decided within the limits.',
  refused: 'the server refuses this line.',
} as const

function render({ name, line, result }: SimplifiedLine, mask: (text: string) => string, paint: Paint): string {
  const title = paint('bold', `Line ${line}, user ${onOneLine(toText(name))}`)
  if (result.kind !== 'shorter') return `${title}: ${nothingShorter[result.kind]}\n`
  const shown = (rules: readonly string[]): string => onOneLine(mask(toText(rules.join(' '))))
  const { before, after, steps, hasShortestCommands } = result
  const saved = before.join(' ').length - after.join(' ').length
  return [
    `${title}: ${plural(saved, 'character')} shorter${hasShortestCommands ? '; no shorter command rules allow the same commands' : ''}.`,
    `  user ${[onOneLine(toText(name)), shown(after)].join(' ')}`,
    ...steps.map(({ removed, added, why }) => {
      const change = added.length === 0 ? 'removed' : `→ ${shown(added)}`
      return `  ${shown(removed)} ${change}: ${why}`
    }),
    '',
  ].join('\n')
}

/** Writes the file, unless it is no longer the one that was read. */
export function writeChanged(file: string, before: Bytes, content: Bytes): void {
  if (fromUint8(readUpTo(file)) !== before) throw new CannotRun(`${onOneLine(file)} changed meanwhile: run this again.`)
  replaceContent(file, toUint8(content))
}
