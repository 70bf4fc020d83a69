import { fromText, toText, type Bytes } from '../acl/bytes'
import { emptyServer } from '../analysis/compare/loaded-side'
import { describeDifference, expandRoles, type Expansion } from '../analysis/roles/expand'
import { extractRoles, type ExtractedRole } from '../analysis/roles/extract'
import { targetInfos } from '../targets/infos'
import type { Target } from '../targets/target'
import { jsonLine, jsonTarget, renderJson } from './formats/json'
import { painter, plural } from './formats/text'
import { CannotRun, writePieces, type Io } from './input'
import { maskOf } from './masked'
import { onOneLine } from './printable'
import { isServerAddress } from './server/address'
import { writeChanged } from './simplify'
import { describeTarget, readSubject, startOrFail, targetOf, type ServerOptions, type Subject } from './subject'

export interface RolesOptions extends ServerOptions {
  readonly expand: boolean
  /** The server that is to read the result. */
  readonly to?: string
  /** The names of the roles to keep; absent for all. */
  readonly keep?: readonly string[]
  readonly write: boolean
  readonly format: 'text' | 'json'
}

/** The findings, for both formats. `content`: the new file; null where there is none. */
interface Outcome {
  readonly found: boolean
  readonly content: Bytes | null
  /** Sentences about the result. */
  readonly lines: readonly string[]
  readonly json: Readonly<Record<string, unknown>>
}

/** The newest server has roles; the default one may not. */
const newest = targetInfos.at(-1)?.id ?? ''

/**
 * Extracts roles from users.acl, or replaces roles by the rules of their users. Returns 0, or 1 where the result would not be
 * proved equal; throws CannotRun where the server refuses the file.
 */
export async function roles(file: string, options: RolesOptions, io: Io): Promise<0 | 1> {
  if (options.expand && options.keep !== undefined)
    throw new CannotRun('--keep chooses extracted roles: omit --expand.')
  const wanted = options.expand ? options.target : (options.to ?? options.target)
  const target = wanted ?? (isServerAddress(file) ? undefined : newest)
  const subject = await readSubject(
    file,
    { ...options, ...(target !== undefined && { target }) },
    io,
    [],
    'users.acl',
    true,
  )
  if (!subject.target.behaviours.hasRoles)
    throw new CannotRun(
      `${subject.target.label} has no roles. ${options.expand ? 'Choose the server that the file is for' : 'Choose a server that has them'}: ${options.expand ? '--target' : '--to'} ${newest}`,
    )
  if (options.write && (file === '-' || subject.isLink || subject.server !== null))
    throw new CannotRun('--write needs a file.')
  startOrFail(subject)
  const outcome = options.expand ? await expand(subject, options) : extract(subject, options)
  const { content, found } = outcome
  const mask = maskOf(subject.acl)
  const name = onOneLine(subject.acl.name)
  if (options.format === 'json')
    await writePieces(
      renderJson({
        command: 'roles',
        ...outcome.json,
        saved: content === null ? 0 : subject.acl.bytes.length - content.length,
        acl: content === null ? null : mask(toText(content)),
        limits: subject.limits,
      }),
      io,
    )
  else {
    const paint = painter(io.color)
    const shown =
      content === null
        ? []
        : toText(content)
            .split('\n')
            .filter((line) => line !== '')
    for (const line of shown) io.out(`  ${onOneLine(mask(line))}\n`)
    outcome.lines.forEach((line, i) => io.out(`${i === 0 ? paint('bold', onOneLine(line)) : onOneLine(line)}\n`))
    for (const limit of subject.limits) io.out(`${onOneLine(limit)}\n`)
  }
  if (options.write && content !== null) {
    writeChanged(file, subject.acl.bytes, content)
    if (options.format === 'text') io.out(`${name}: written.\n`)
  }
  return found ? 0 : 1
}

const shownRole = ({ name, rules, users }: ExtractedRole): Readonly<Record<string, unknown>> => ({
  name: toText(name),
  rules: rules.map(toText),
  users: users.map(toText),
})

function extract({ acl, conf, target }: Subject, { keep }: RolesOptions): Outcome {
  const { users, databases } = emptyServer(target, conf?.bytes ?? '')
  const wanted = keep === undefined ? null : new Set(keep.map(fromText))
  const result = extractRoles(acl.bytes, users, target, { keep: wanted, databases })
  const found = 'found' in result ? result.found : []
  const known = new Set(found.map(({ name }) => name))
  const unknown = [...(wanted ?? [])].find((name) => !known.has(name))
  if (unknown !== undefined && 'found' in result)
    throw new CannotRun(
      `No role ${onOneLine(toText(unknown))} was found. ${found.length === 0 ? 'There are none.' : `Choose from: ${onOneLine(found.map(({ name }) => toText(name)).join(', '))}`}`,
    )
  const json = { to: jsonTarget(target), kind: result.kind, found: found.map(shownRole) }
  switch (result.kind) {
    case 'refused':
      throw new CannotRun(toText(result.message))
    case 'undecided':
      return {
        found: false,
        content: null,
        lines: [`Not decided within the limits whether ${toText(result.user)} may do the same with roles.`],
        json: { ...json, proof: null },
      }
    case 'none':
      return {
        found: true,
        content: null,
        lines: ['No roles were found that make the file shorter. That is no proof that there are none.'],
        json: { ...json, proof: null },
      }
    case 'roles': {
      const holders = new Set(result.roles.flatMap((role) => role.users)).size
      return {
        found: true,
        content: result.content,
        lines: [
          `${plural(result.roles.length, 'role')}; ${plural(holders, 'line')} shorter, ${plural(acl.bytes.length - result.content.length, 'character')} saved.`,
          ...result.roles.map((role) => `Role ${toText(role.name)}: ${plural(role.users.length, 'user')}`),
          provedOn(target),
        ],
        json: { ...json, proof: 'equal', roles: result.roles.map(shownRole), shorterLines: holders },
      }
    }
  }
}

const provedOn = (target: Target): string =>
  `Proved equal on ${describeTarget(target)}: every user may run the same commands with the same keys, channels and databases. Passwords and flags are unchanged.`

async function expand({ acl, conf, target: from }: Subject, options: RolesOptions): Promise<Outcome> {
  const to = options.to === undefined || options.to === from.id ? from : await targetOf(options.to, false)
  const result = expandRoles(acl.bytes, from, to, conf?.bytes)
  const json = { from: jsonTarget(from), to: jsonTarget(to), kind: result.kind, proof: null }
  switch (result.kind) {
    case 'refused':
      throw new CannotRun(toText(result.message))
    case 'none':
      return { found: true, content: null, lines: ['The file has no roles.'], json }
    case 'undecided':
      return {
        found: false,
        content: null,
        lines: [`Not decided within the limits whether ${toText(result.user)} may do the same on ${to.label}.`],
        json,
      }
    case 'differs':
      return {
        found: false,
        content: null,
        lines: [`${to.label} cannot have the same policy without roles.`, describeDifference(result)],
        json: { ...json, ...jsonDifference(result) },
      }
    case 'expanded': {
      const joined = result.users.filter(({ isJoined }) => isJoined).length
      return {
        found: true,
        content: result.content,
        lines: [
          `${plural(result.roles.length, 'role')} replaced by rules of ${plural(result.users.length, 'user')}${joined === 0 ? '' : `; the selectors of ${plural(joined, 'user')} are joined`}.`,
          ...result.added.map(
            ({ user, rules }) => `Added for ${toText(user)}, so that nothing changes: ${toText(rules.join(' '))}`,
          ),
          from === to
            ? provedOn(to)
            : `Proved equal on ${describeTarget(from)} with roles and on ${describeTarget(to)} without: of the commands that both have, every user may run the same with the same keys, channels and databases${result.hasUnusual ? ', but for command lines that no client sends' : ''}. Passwords and flags are unchanged.`,
        ],
        json: {
          ...json,
          proof: 'equal',
          roles: result.roles.map(toText),
          users: result.users.map(({ name, isJoined }) => ({ name: toText(name), joined: isJoined })),
          added: result.added.map(({ user, rules }) => ({ user: toText(user), rules: rules.map(toText) })),
        },
      }
    }
  }
}

function jsonDifference(result: Extract<Expansion, { kind: 'differs' }>): Readonly<Record<string, unknown>> {
  const { user, isMore, difference } = result
  return {
    user: toText(user),
    without: isMore ? 'more' : 'less',
    example: difference === null ? null : jsonLine(difference.witness),
  }
}
