import { toText } from '../../acl/bytes'
import { stepsBetween, type PlanStep } from '../../analysis/plan'
import { CannotRun } from '../cannot-run'
import { renderJson } from '../formats/json'
import { painter, plural } from '../formats/text'
import { writePieces, type Io } from '../input'
import { onOneLine } from '../printable'
import { startOrFail } from '../subject'
import { addressOf } from './address'
import { onceAsked } from './asking'
import { nodesOf, type DiscoverOptions } from './discover'
import { checkArguments, prefixed, readBoth } from './plan'

export interface DriftOptions extends DiscoverOptions {
  readonly format: 'text' | 'json' | 'prometheus'
}

/** A server and how its users and roles differ from the file; or the reason why that is not known. */
type Found =
  | { readonly name: string; readonly differing: readonly PlanStep[] }
  | { readonly name: string; readonly problem: string }

/** The names in a line of text. */
const MOST_NAMES = 5

/**
 * Prints for each server whether its users are those of the file. Returns 0 where all are, 1 where one differs. Throws
 * CannotRun, after the report, where one could not be read.
 */
export async function drift(
  file: string,
  given: readonly string[],
  options: DriftOptions,
  terminal: Io,
): Promise<0 | 1> {
  checkArguments(file, given)
  if (file === '-') throw new CannotRun('Name users.acl as a file.')
  const io = onceAsked(terminal)
  const servers = await nodesOf(given, options, io)
  const all: Found[] = []
  for (const server of servers) all.push(await driftOf(file, server, options, io))
  await print(all, options, io)
  const failed = all.flatMap((one) => ('problem' in one ? [prefixed(one.name, one.problem)] : []))
  if (failed.length > 0) throw new CannotRun(failed.join('\n'))
  return all.every((one) => 'differing' in one && one.differing.length === 0) ? 0 : 1
}

async function driftOf(file: string, server: string, options: DriftOptions, io: Io): Promise<Found> {
  const { name } = addressOf(server, process.env)
  try {
    const { before, after } = await readBoth(file, server, options, io)
    return { name, differing: stepsBetween(startOrFail(before).users, startOrFail(after).users, '') }
  } catch (reason) {
    if (!(reason instanceof CannotRun)) throw reason
    return { name, problem: reason.message }
  }
}

/** The steps that would make a server follow the file, in words about the server. */
const states = { create: 'missing', change: 'different', delete: 'not in the file' } as const

async function print(all: readonly Found[], { format }: DriftOptions, io: Io): Promise<void> {
  switch (format) {
    case 'json':
      await writePieces(
        renderJson({
          command: 'drift',
          servers: all.map((one) =>
            'problem' in one
              ? { server: one.name, problem: one.problem }
              : {
                  server: one.name,
                  drift: one.differing.length > 0,
                  differing: one.differing.map(({ kind, of, name }) => ({
                    of,
                    name: toText(name),
                    state: states[kind],
                  })),
                },
          ),
        }),
        io,
      )
      return
    case 'prometheus':
      io.out(
        metric('acl_playground_drift', 'Users and roles that differ from the file.', all, (one) =>
          'problem' in one ? null : one.differing.length,
        ),
      )
      io.out(
        metric('acl_playground_read', '1 where the users were read, else 0.', all, (one) => ('problem' in one ? 0 : 1)),
      )
      return
    case 'text': {
      const paint = painter(io.color)
      for (const one of all) {
        const said =
          'problem' in one
            ? paint('red', 'not read')
            : one.differing.length === 0
              ? 'as in the file'
              : paint('yellow', describe(one.differing))
        io.out(`${onOneLine(one.name)}: ${said}\n`)
      }
    }
  }
}

/** Describes differences: `2 differ from the file: app (different), old (not in the file)`. */
function describe(differing: readonly PlanStep[]): string {
  const named = differing
    .slice(0, MOST_NAMES)
    .map(({ kind, of, name }) => `${of === 'role' ? 'role ' : ''}${onOneLine(toText(name))} (${states[kind]})`)
  const more = differing.length - named.length
  return `${plural(differing.length, 'difference')}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Renders a gauge in the text format of Prometheus; a server without a value has no sample. */
function metric(name: string, help: string, all: readonly Found[], valueOf: (one: Found) => number | null): string {
  const samples = all.flatMap((one) => {
    const value = valueOf(one)
    const server = onOneLine(one.name).replace(/["\\]/g, '\\$&')
    return value === null ? [] : [`${name}{server="${server}"} ${value}\n`]
  })
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${samples.join('')}`
}
