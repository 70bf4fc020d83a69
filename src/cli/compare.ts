import { fromText, toText } from '../acl/bytes'
import {
  compareFiles,
  compareTargets,
  describeUserChange,
  groupChanges,
  namesOf,
  type Comparison,
  type PatternChange,
  type Side,
  type Upgrade,
  type UserChange,
} from '../analysis/compare'
import type { Difference } from '../proof/users'
import { defaultTargetId, targetInfos } from '../targets/infos'
import { jsonLine, renderJson } from './formats/json'
import { MOST_SHOWN, painter, shortened, type Paint } from './formats/text'
import { maskOf } from './masked'
import { onOneLine, printable } from './printable'
import { CannotRun, type Io } from './input'
import {
  connectOptions,
  describeTarget,
  readSubject,
  seeAlso,
  targetOf,
  type ServerOptions,
  type Subject,
} from './subject'

export interface CompareOptions extends ServerOptions {
  /** The target of the second file; with a single file, the target to upgrade to. */
  readonly to?: string
  /** The redis.conf of the second file; absent: that of the first. */
  readonly toConf?: string
  readonly format: 'text' | 'json' | 'markdown'
}

/**
 * Reports what each user gained and lost between two versions of users.acl, or between two servers that read the same
 * file. Returns 0 where nothing changes, 1 where something does; throws CannotRun where there is nothing to compare.
 */
export async function compare(
  oldFile: string,
  newFile: string | undefined,
  options: CompareOptions,
  io: Io,
): Promise<0 | 1> {
  if (newFile === undefined && options.to === undefined)
    throw new CannotRun('Give a second file, or a second target: --to redis-8.0')
  const given = modulesWhereBundled(options)
  const first = await readSubject(oldFile, given(options.target), io, [newFile, options.toConf], 'stdin')
  if (newFile === undefined) return upgrade(first, options, io)
  const target = options.to ?? options.target
  const second = await readSubject(newFile, { ...given(target), ...confAfter(options) }, io, [], 'stdin')
  // Without --target, the target of a link or a server is used for both files.
  const before =
    options.target === undefined && !first.isLink && first.server === null
      ? { ...onServerOf(first, second), target: options.to === undefined ? second.target : first.target }
      : first
  const after =
    target === undefined && second.server === null ? { ...onServerOf(second, before), target: before.target } : second
  const comparison = compareFiles(sideOf(before), sideOf(after))
  refuse(comparison, [before, after])
  const titles = titlesOf(before, after)
  if (options.format === 'json') io.out(renderJson({ command: 'compare', ...titles, ...jsonComparison(comparison) }))
  else io.out(renderComparison(`${titles.before} → ${titles.after}`, comparison, [], options.format, painter(io.color)))
  return comparison.same ? 0 : 1
}

/** Returns a file with the configuration of the server that it is compared with, unless it has one. */
function onServerOf(file: Subject, other: Subject): Subject {
  return file.conf === null && other.server !== null ? { ...file, conf: other.conf } : file
}

const sideOf = ({ target, acl, conf }: Subject): Side => ({ target, acl: acl.text, conf: conf?.text ?? '' })

const confAfter = ({ toConf }: CompareOptions): { readonly conf?: string } =>
  toConf === undefined ? {} : { conf: toConf }

/** Returns true for a release with bundled modules; without a name, answers for the default release. */
const hasModules = (id: string | undefined): boolean =>
  targetInfos.find((info) => info.id === (id ?? defaultTargetId))?.hasModules === true

/**
 * Returns the server options for a target, with `--modules` only where the release bundles them. Throws CannotRun where
 * neither release does.
 */
function modulesWhereBundled(options: CompareOptions): (target: string | undefined) => ServerOptions {
  const { modules, to } = options
  if (modules === true && !hasModules(options.target) && !hasModules(to ?? options.target))
    throw new CannotRun('Neither server has bundled modules: omit --modules.')
  return (target) => ({
    ...(target !== undefined && { target }),
    ...(options.conf !== undefined && { conf: options.conf }),
    ...(modules === true && { modules: hasModules(target) }),
    ...connectOptions(options),
  })
}

async function upgrade(before: Subject, options: CompareOptions, io: Io): Promise<0 | 1> {
  const toModules = options.modules ?? before.target.modules
  const to = await targetOf(options.to ?? '', toModules && hasModules(options.to))
  const found = maskUpgrade(compareTargets(before.acl.text, before.target, to, before.conf?.text), maskOf(before.acl))
  refuse({ ...found.comparison, refused: found.comparison.refused.filter(({ side }) => side === 'before') }, [before])
  const titles = titlesOf(before, { ...before, target: to })
  const isSame = found.comparison.same && found.repairs.length === 0
  if (options.format === 'json') {
    io.out(
      renderJson({
        command: 'compare',
        ...titles,
        ...jsonComparison(found.comparison),
        refused: found.comparison.refused.map(({ message }) => toText(message)),
        repairs: found.repairs,
        added: found.added.map(({ user, rules }) => ({ user: toText(user), rules: rules.map(toText) })),
        complete: found.complete,
        acl: found.acl,
        remaining: jsonComparison(found.remaining),
      }),
    )
  } else
    io.out(
      renderComparison(
        `${titles.before} → ${titles.after}`,
        found.comparison,
        upgradeLines(found),
        options.format,
        painter(io.color),
      ),
    )
  return isSame ? 0 : 1
}

/** Masks the passwords that the server's messages repeat. */
function maskUpgrade(upgrade: Upgrade, mask: (message: string) => string): Upgrade {
  const refused = upgrade.comparison.refused.map((one) => ({ ...one, message: fromText(mask(toText(one.message))) }))
  return { ...upgrade, comparison: { ...upgrade.comparison, refused }, repairs: upgrade.repairs.map(mask) }
}

function refuse({ refused }: Comparison, subjects: readonly Subject[]): void {
  if (refused.length === 0) return
  const told = refused.map(({ side, message, crash }) => {
    const subject = (side === 'before' ? subjects[0] : subjects[1]) ?? subjects[0]
    const said = `${shortened(subject === undefined ? toText(message) : maskOf(subject.acl, subject.conf)(toText(message)))}${crash ? ' (The real server crashes on it.)' : ''}`
    return subject === undefined
      ? said
      : `${subject.target.label} refuses ${onOneLine(subject.acl.name)}: ${said}\n${seeAlso(subject)}`
  })
  throw new CannotRun(`There is nothing to compare.\n${told.join('\n')}`)
}

function titlesOf(before: Subject, after: Subject): { readonly before: string; readonly after: string } {
  const same = before.target === after.target
  const title = ({ acl, target }: Subject): string => (same ? acl.name : `${acl.name} on ${describeTarget(target)}`)
  return { before: title(before), after: same ? `${after.acl.name} on ${describeTarget(after.target)}` : title(after) }
}

interface Section {
  readonly title: string
  readonly lines: readonly string[]
}

/** Lists the rules to add so that nothing changes. */
function upgradeLines({ comparison, added, repairs, remaining, complete }: Upgrade): Section[] {
  return [
    ...(comparison.refused.length === 0
      ? []
      : [
          {
            title: 'The new server refuses the unchanged file',
            lines: [...comparison.refused.map(({ message }) => toText(message)), ...repairs],
          },
        ]),
    ...(added.length === 0
      ? []
      : [
          {
            title: 'Rules to add so that nothing changes',
            lines: added.map(({ user, rules }) => `user ${toText(user)}: ${rules.map(toText).join(' ')}`),
          },
        ]),
    ...(complete || remaining.users.length === 0
      ? []
      : [
          {
            title: 'Changes that rules cannot prevent',
            lines: remaining.users.flatMap((user) =>
              describeUserChange(user).map((line) => `${toText(user.name)}: ${line}`),
            ),
          },
        ]),
  ]
}

/** Renders a comparison as text or Markdown. */
export function renderComparison(
  title: string,
  comparison: Comparison,
  more: readonly Section[],
  format: 'text' | 'markdown',
  paint: Paint,
): string {
  const users = groupChanges(comparison.users).flatMap(({ users: group, lines, hasId }): Section[] =>
    lines.length === 0
      ? []
      : [
          {
            title: `${group.length === 1 ? 'user' : `${group.length.toLocaleString('en')} users:`} ${namesOf(group)}`,
            lines: hasId ? [...lines, '= {id} is the part of each name that differs'] : lines,
          },
        ],
  )
  const nothing = users.length === 0 && comparison.refused.length === 0
  const hidden = users.length - MOST_SHOWN
  const notes = [
    ...(hidden > 0
      ? [`… and ${hidden.toLocaleString('en')} more users or groups of users change: --format json lists all.`]
      : []),
    ...comparison.notes,
  ]
  const sections = [...users.slice(0, MOST_SHOWN), ...more]
  return format === 'markdown'
    ? markdown(title, sections, notes, nothing)
    : text(title, sections, notes, nothing, paint)
}

function text(
  title: string,
  sections: readonly Section[],
  notes: readonly string[],
  nothing: boolean,
  paint: Paint,
): string {
  const body = sections.map(
    ({ title: heading, lines }) =>
      `\n${paint('bold', onOneLine(heading))}\n${lines.map((line) => `  ${coloured(onOneLine(line), paint)}\n`).join('')}`,
  )
  const end = notes.map((note) => `\n${paint('dim', printable(note))}`).join('')
  return `${onOneLine(title)}\n${body.join('')}${nothing ? '\nNo user’s rules or log-in changed in effect (proved over all commands, keys and channels).\n' : ''}${end}${end === '' ? '' : '\n'}`
}

const coloured = (line: string, paint: Paint): string =>
  line.startsWith('+') ? paint('green', line) : line.startsWith('-') ? paint('red', line) : line

function markdown(title: string, sections: readonly Section[], notes: readonly string[], nothing: boolean): string {
  const code = (line: string): string => onOneLine(line).replaceAll('```', "'''")
  const body = sections.map(
    ({ title: heading, lines }) => `\n**${escaped(heading)}**\n\n\`\`\`diff\n${lines.map(code).join('\n')}\n\`\`\`\n`,
  )
  return `### ${escaped(title)}\n${body.join('')}${nothing ? '\nNo user’s rules or log-in changed in effect (proved over all commands, keys and channels).\n' : ''}${notes.map((note) => `\n${escaped(note)}\n`).join('')}`
}

const escaped = (line: string): string => onOneLine(line).replace(/[\\`*_{}[\]<>#|~]/g, (char) => `\\${char}`)

/** Returns a comparison for JSON. */
export function jsonComparison({ same, users, notes }: Comparison): Readonly<Record<string, unknown>> {
  return {
    same,
    users: users.filter(({ kind }) => kind !== 'same').map(jsonUser),
    groups: groupChanges(users).map(({ users: group, lines }) => ({
      users: group.map(({ name }) => toText(name)),
      relation: group[0]?.relation,
      lines,
    })),
    notes,
  }
}

function jsonCommands({ gained, lost }: UserChange['commands']): UserChange['commands'] {
  const readable = (changes: typeof gained): typeof gained => changes.map((one) => ({ ...one, name: toText(one.name) }))
  return { gained: readable(gained), lost: readable(lost) }
}

/** Returns the shortest command line that shows a difference. */
function jsonWitness(differences: readonly Difference[]): unknown {
  const [first] = [...differences].sort((a, b) => a.witness.argv.join(' ').length - b.witness.argv.join(' ').length)
  return first === undefined ? null : jsonLine(first.witness)
}

function jsonUser(change: UserChange): Readonly<Record<string, unknown>> {
  const { name, kind, login, commands, selectors, relation } = change
  const pattern = ({ kind: of, rule, what, certainty, example, effective }: PatternChange): unknown => ({
    kind: of,
    rule: toText(rule),
    what,
    certainty,
    example: example === null ? null : toText(example),
    effective,
  })
  return {
    user: toText(name),
    kind,
    renamedFrom: change.renamedFrom === null ? null : toText(change.renamedFrom),
    relation,
    equivalent: relation === 'undecided' ? null : relation === 'equal',
    witness: { gained: jsonWitness(change.gained), lost: jsonWitness(change.lost) },
    undecided: change.undecided,
    login: login.map(({ what, text: said }) => ({ what, text: said })),
    commands: jsonCommands(commands),
    selectors: selectors.map(({ before, after, commands: of, patterns }) => ({
      before,
      after,
      commands: jsonCommands(of),
      patterns: { gained: patterns.gained.map(pattern), lost: patterns.lost.map(pattern) },
    })),
  }
}
