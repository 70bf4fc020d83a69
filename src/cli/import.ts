import { fromText, toText } from '../acl/bytes'
import { defaultTargetId } from '../targets/infos'
import { importFormats, importText } from '../workspace/import'
import { CannotRun, onlyOneStdin, read, writeContent, type Io } from './input'
import { onOneLine } from './printable'
import { isServerAddress } from './server/address'
import { writeChanged } from './simplify'
import { readSubject, targetOf, type ServerOptions } from './subject'

export interface ImportOptions extends ServerOptions {
  /** The format of the text; absent: detected. */
  readonly from?: string
  /** True to print nothing unless everything is converted as it is written. */
  readonly strict: boolean
  /** A users.acl whose users are written into the file; absent: the file is converted. */
  readonly writeBack?: string
}

/**
 * Converts a file of another format to users.acl, and reports on standard error what could not be converted. Returns
 * 1 where users, rules or passwords were lost; throws CannotRun where the file has no users.
 */
export async function importUsers(file: string, options: ImportOptions, io: Io): Promise<0 | 1> {
  if (options.writeBack !== undefined) return writeUsersBack(file, options.writeBack, options, io)
  if (isServerAddress(file)) {
    const { acl } = await readSubject(file, options, io)
    writeContent(acl.text, io)
    return 0
  }
  const given = await read(file, io)
  if (given.kind !== 'file') throw new CannotRun('A playground link contains users.acl already.')
  const { behaviours } = await targetOf(options.target ?? defaultTargetId, false)
  const format = importFormats.find(({ id }) => id === options.from)?.id
  const outcome = await importText(given.source.text, { behaviours, ...(format !== undefined && { format }) })
  const name = onOneLine(given.source.name)
  if (!outcome.ok) throw new CannotRun(`${name}: ${outcome.message}`)
  const { acl, conf, notes, losses } = outcome.result
  for (const { user, message } of notes)
    io.err(`${name}: ${user === null ? '' : `user ${onOneLine(user)}: `}${onOneLine(message)}\n`)
  if (conf !== null && acl !== '') io.err(`${name}: the rest of redis.conf is not printed.\n`)
  if (acl === '') throw new CannotRun(`${name} contains no users.`)
  const lost = losses.rules + losses.passwords
  if (options.strict && lost + losses.changed > 0) {
    io.err(`${name}: nothing is printed, since --strict is set and not everything is converted as it is written.\n`)
    return 1
  }
  writeContent(acl, io)
  return lost > 0 ? 1 : 0
}

/**
 * Changes the users inside a file to those of a users.acl, and nothing else in it. Throws CannotRun where it cannot, and then
 * leaves the file as it is.
 */
async function writeUsersBack(file: string, acl: string, options: ImportOptions, io: Io): Promise<0> {
  if (isServerAddress(file) || file === '-') throw new CannotRun('--write-back needs a file.')
  onlyOneStdin([acl])
  const [given, users] = [await read(file, io), await read(acl, io)]
  if (given.kind !== 'file' || users.kind !== 'file')
    throw new CannotRun('--write-back needs files, and no playground link.')
  const { behaviours } = await targetOf(options.target ?? defaultTargetId, false)
  const { writeBack } = await import('../workspace/write-back')
  const name = onOneLine(given.source.name)
  if (toText(given.source.bytes) !== given.source.text || fromText(given.source.text) !== given.source.bytes)
    throw new CannotRun(`${name} is not UTF-8 text.`)
  const result = await writeBack(given.source.text, users.source.text, behaviours)
  if (!result.ok) throw new CannotRun(`${name}: ${onOneLine(result.message)}`)
  const bytes = fromText(result.text)
  if (bytes !== given.source.bytes) writeChanged(file, given.source.bytes, bytes)
  for (const [what, keys] of [
    ['changed', result.changed],
    ['added', result.added],
    ['removed', result.removed],
  ] as const)
    for (const key of keys) io.out(`${name}: ${onOneLine(key)} ${what}\n`)
  if (bytes === given.source.bytes) io.out(`${name}: nothing to change.\n`)
  return 0
}
