import { randomBytes } from 'node:crypto'
import { readFileSync, unlinkSync } from 'node:fs'
import { fromText, toText, type Bytes } from '../../acl/bytes'
import { hashPassword } from '../../acl/password'
import { CannotRun } from '../cannot-run'
import { sourceOf, type Io } from '../input'
import { markFile } from '../masked'
import { onOneLine } from '../printable'
import { readSubject, startOrFail, type Subject } from '../subject'
import { writePrivate } from '../write-file'
import { isServerAddress } from './address'
import { onceAsked } from './asking'
import { checkArguments } from './plan'
import { applyTo, type Wanted } from './apply'
import type { ApplyCode, ApplyOptions } from './apply-run'

export interface RotateOptions extends ApplyOptions {
  /** The file of the new password, on its first line; it is made where there is none. */
  readonly passwordFile: string
  /** Takes the other passwords away. */
  readonly finish: boolean
}

/**
 * Gives a user of servers a new password beside its others or, with `finish`, takes the others away. All servers get it, or
 * none.
 */
export async function rotate(
  user: string,
  servers: readonly string[],
  options: RotateOptions,
  terminal: Io,
): Promise<ApplyCode> {
  const io = onceAsked(terminal)
  const { passwordFile: path, finish, dryRun } = options
  if (isServerAddress(user)) throw new CannotRun('Give the user first, then the servers: app redis://host:6379')
  checkArguments('', servers)
  const known = passwordIn(path)
  if (known === null && finish)
    throw new CannotRun(
      `${onOneLine(path)} is not there: --finish needs the new password. Run rotate without it first.`,
    )
  const password = known ?? randomBytes(32).toString('base64url')
  const isWritten = known === null && !dryRun
  if (isWritten) writePrivate(path, `${password}\n`, false)
  const wanted: Wanted = async (argument, connect) => {
    const before = await readSubject(argument, connect, io)
    return { before, after: rotated(before, fromText(user), hashPassword(fromText(password)), finish), password }
  }
  let code: ApplyCode = 2
  try {
    code = await applyTo(servers, wanted, options, io)
  } finally {
    // A password that no server has is of no use.
    if (isWritten && (code === 1 || code === 2)) unlinkSync(path)
  }
  if (code === 0 && !finish && options.format === 'text')
    io.err(
      `${onOneLine(user)} can log in with the password in ${onOneLine(path)}, and as before. Once all clients use it: rotate --finish\n`,
    )
  return code
}

/** Returns the first line of a file; null where there is no such file. Throws CannotRun where it is empty or cannot be read. */
function passwordIn(path: string): string | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (reason) {
    if ((reason as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new CannotRun(`${onOneLine(path)} cannot be read.`)
  }
  const [password = ''] = text.split(/\r?\n/, 1)
  if (password === '') throw new CannotRun(`${onOneLine(path)} has no password on its first line.`)
  return password
}

/** Returns a server with another password for a user, or only that one. Throws CannotRun where that would be no rotation. */
function rotated(before: Subject, name: Bytes, hash: Bytes, finish: boolean): Subject {
  const user = startOrFail(before).users.get(name)
  const who = onOneLine(toText(name))
  if (user === undefined) throw new CannotRun(`there is no user ${who}.`)
  if (user.nopass) throw new CannotRun(`${who} needs no password (nopass): there is none to rotate.`)
  const hasIt = user.passwords.some((password) => password.hash === hash)
  if (finish && !hasIt) throw new CannotRun(`${who} does not have the new password. Run rotate without --finish first.`)
  const lines = before.acl.bytes.split('\n').map((line) => {
    const words = line.split(' ')
    if (words[0] !== 'user' || words[1] !== name) return line
    return finish
      ? words.filter((word) => !/^#[\da-f]{64}$/.test(word) || word === `#${hash}`).join(' ')
      : hasIt
        ? line
        : `${line} #${hash}`
  })
  const title = `${toText(name)} with ${finish ? 'only the' : 'a'} new password`
  return { ...before, acl: markFile(sourceOf(title, toText(lines.join('\n'))), 'acl', before.conf) }
}
