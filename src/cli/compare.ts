import { fromText, toText } from '../acl/bytes'
import { compareFiles, compareTargets, type Comparison, type Side, type Upgrade } from '../analysis/compare'
import { defaultTargetId, targetInfos } from '../targets/infos'
import { jsonComparison, renderComparison, sameOnBoth, upgradeLines } from './compare-report'
import { chosenTarget, type VersionOptions } from './chosen-target'
import { collectOften } from './collect-often'
import { renderJson } from './formats/json'
import { painter, shortened } from './formats/text'
import { maskOf } from './masked'
import { onOneLine } from './printable'
import { CannotRun, writePieces, type Io } from './input'
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
  /** The exact release of the second file's server; absent: that of the first, unless `to` is given. */
  readonly toServerVersion?: string
  /** The redis.conf of the second file; absent: that of the first. */
  readonly toConf?: string
  /** The name of standard input in the report. */
  readonly stdinName: string
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
  const versions = versionsIn(options)
  const { from, to } = versions
  if (newFile === undefined && to === null)
    throw new CannotRun('Give a second file, or a second server version, such as --to valkey-8.1')
  const given = modulesWhereBundled(options, versions)
  const first = await readSubject(oldFile, given(from), io, [newFile, options.toConf], options.stdinName)
  if (newFile === undefined) return upgrade(first, to ?? {}, options, io)
  const second = await readSubject(newFile, { ...given(to ?? from), ...confAfter(options) }, io, [], options.stdinName)
  // Without --target, the target of a link or a server is used for both files.
  const before =
    from.target === undefined && !first.isLink && first.server === null
      ? { ...onServerOf(first, second), target: to === null ? second.target : first.target }
      : first
  const after =
    (to ?? from).target === undefined && second.server === null
      ? { ...onServerOf(second, before), target: before.target }
      : second
  await collectOften(after.acl)
  const comparison = compareFiles(sideOf(before), sideOf(after))
  refuse(comparison, [before, after])
  const titles = titlesOf(before, after)
  const limits = [...limitsIn(before), ...limitsIn(after)]
  if (options.format === 'json')
    await writePieces(renderJson({ command: 'compare', ...titles, ...jsonComparison(comparison, limits) }), io)
  else
    io.out(
      renderComparison(`${titles.before} → ${titles.after}`, comparison, [], limits, options.format, painter(io.color)),
    )
  return comparison.same ? 0 : 1
}

/** Returns a file with the configuration of the server that it is compared with, unless it has one. */
function onServerOf(file: Subject, other: Subject): Subject {
  return file.conf === null && other.server !== null ? { ...file, conf: other.conf } : file
}

const sideOf = ({ target, acl, conf }: Subject): Side => ({
  target,
  acl: acl.bytes,
  name: acl.name,
  conf: conf?.bytes ?? '',
})

const limitsIn = ({ acl, limits }: Subject): string[] => limits.map((limit) => `${acl.name}: ${limit}`)

const confAfter = ({ toConf }: CompareOptions): { readonly conf?: string } =>
  toConf === undefined ? {} : { conf: toConf }

/** Returns true for a release with bundled modules; without a name, answers for the default release. */
const hasModules = (id: string | undefined): boolean =>
  targetInfos.find((info) => info.id === (id ?? defaultTargetId))?.hasModules === true

/** The server versions of both files. `to`: null where it is that of the first. */
interface Versions {
  readonly from: VersionOptions
  readonly to: VersionOptions | null
}

function versionsIn({ target, serverVersion, to, toServerVersion }: CompareOptions): Versions {
  return {
    from: versionOf(target, serverVersion),
    to: to === undefined && toServerVersion === undefined ? null : versionOf(to, toServerVersion),
  }
}

function versionOf(given: string | undefined, serverVersion: string | undefined): VersionOptions {
  const version: VersionOptions = {
    ...(given !== undefined && { target: given }),
    ...(serverVersion !== undefined && { serverVersion }),
  }
  const { target } = chosenTarget(version)
  return target === undefined ? version : { ...version, target }
}

/**
 * Returns the server options for a version, with `--modules` only where the release bundles them. Throws CannotRun where
 * neither release does.
 */
function modulesWhereBundled(
  options: CompareOptions,
  { from, to }: Versions,
): (version: VersionOptions) => ServerOptions {
  const { modules } = options
  if (modules === true && !hasModules(from.target) && !hasModules((to ?? from).target))
    throw new CannotRun('Neither server has bundled modules: omit --modules.')
  return (version) => ({
    ...version,
    ...(options.conf !== undefined && { conf: options.conf }),
    ...(modules === true && { modules: hasModules(version.target) }),
    ...connectOptions(options),
  })
}

async function upgrade(before: Subject, after: VersionOptions, options: CompareOptions, io: Io): Promise<0 | 1> {
  const toModules = options.modules ?? before.target.modules
  const { target = '', version } = chosenTarget(after)
  const to = await targetOf(target, toModules && hasModules(target), version)
  const found = maskUpgrade(
    compareTargets(before.acl.bytes, before.target, to, before.conf?.bytes, before.acl.name),
    maskOf(before.acl),
  )
  refuse({ ...found.comparison, refused: found.comparison.refused.filter(({ side }) => side === 'before') }, [before])
  const titles = titlesOf(before, { ...before, target: to })
  const isSame = found.comparison.same && found.repairs.length === 0
  if (options.format === 'json') {
    await writePieces(
      renderJson({
        command: 'compare',
        ...titles,
        ...jsonComparison(found.comparison, limitsIn(before)),
        refused: found.comparison.refused.map(({ message }) => toText(message)),
        repairs: found.repairs,
        added: found.added.map(({ user, rules }) => ({ user: toText(user), rules: rules.map(toText) })),
        complete: found.complete,
        acl: toText(found.acl),
        remaining: jsonComparison(found.remaining, limitsIn(before)),
      }),
      io,
    )
  } else
    io.out(
      renderComparison(
        `${titles.before} → ${titles.after}`,
        found.comparison,
        upgradeLines(found),
        limitsIn(before),
        options.format,
        painter(io.color),
        sameOnBoth,
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
