import { type Bytes, toText } from '../../acl/bytes'
import { findFormsInSteps } from '../../proof/forms'
import { channelUses } from '../../proof/reached'
import type { SimulatedServer } from '../../server/server'
import { type Bypass, bypassesOf } from '../escalation'
import type { PolicyStatement } from '../expectations/expectation'
import { maxLineLength } from '../expectations/parse'
import { printExpectation } from '../expectations/print'
import type { Steps } from '../steps'
import { typedLine } from '../typed-line'
import { channelReach, channelStatementOf, needs, patternReach, statementOf, type Extent, type Reach } from './reach'

/** The extent of an access, with an example as text. */
export interface ExtentCell {
  readonly kind: Extent['kind']
  /** A command line that reaches a key or channel of the pattern; null where none is known. */
  readonly example: { readonly text: string; readonly db: number; readonly argv: readonly Bytes[] } | null
  /** A key or channel of the pattern that the user cannot reach; null where there is none, or none is known. */
  readonly missing: string | null
}

/** A user's access to the keys or channels of a pattern. */
export interface PatternLine {
  readonly name: string
  readonly user: Bytes
  /** The reason why nobody can log in as the user; null where it can log in. */
  readonly shut: 'off' | 'no password' | null
  /** Reading a key, writing it, and naming it in any way; or publishing, subscribing, and subscribing by a pattern. */
  readonly cells: readonly ExtentCell[]
  readonly bypasses: readonly Bypass[]
}

/** A statement about the pattern that holds now, as a line of users.expect. */
export interface PatternStatement {
  readonly statement: PolicyStatement
  readonly text: string
}

export interface PatternAnswer {
  /** Users that reach some of them first, then those that get around their rules. */
  readonly lines: readonly PatternLine[]
  readonly statements: readonly PatternStatement[]
}

/** Answers who reaches the keys or channels of a pattern, a user a step; the progress is the number of users done. */
export function* reachInSteps(kind: 'key' | 'channel', server: SimulatedServer, pattern: Bytes): Steps<PatternAnswer> {
  const of = server.users.size
  // The first user would take as long as all forms together.
  for (const step of findFormsInSteps(server.target)) {
    void step
    yield { done: 0, of }
  }
  if (kind === 'key') {
    const found = yield* collect(patternReach(server, pattern), of)
    const statements = needs.map((need) => statementOf(found, need, pattern))
    return { lines: linesOf(server, found, needs), statements: printed(statements) }
  }
  const found = yield* collect(channelReach(server, pattern), of)
  const statements = [channelStatementOf(found, pattern)]
  return { lines: linesOf(server, found, channelUses), statements: printed(statements) }
}

function* collect<T>(all: Iterable<T>, of: number): Steps<readonly T[]> {
  const found: T[] = []
  for (const one of all) {
    found.push(one)
    yield { done: found.length, of }
  }
  return found
}

function printed(statements: readonly (PolicyStatement | null)[]): PatternStatement[] {
  return statements.flatMap((statement) => {
    if (statement === null) return []
    const text = printExpectation(statement)
    return text.length > maxLineLength ? [] : [{ statement, text }]
  })
}

function linesOf<Use extends string>(
  server: SimulatedServer,
  found: readonly Reach<Use>[],
  uses: readonly Use[],
): PatternLine[] {
  const rankOf = ({ extents, escalations }: Reach<Use>): number =>
    uses.some((use) => extents[use].kind !== 'none') ? 0 : escalations.length > 0 ? 1 : 2
  return found
    .map((reach) => ({ reach, rank: rankOf(reach) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ reach: { user, canLogIn, extents, escalations } }) => ({
      name: toText(user.name),
      user: user.name,
      shut: canLogIn ? null : user.enabled ? 'no password' : 'off',
      cells: uses.map((use) => cellOf(server, extents[use])),
      bypasses: bypassesOf(escalations),
    }))
}

function cellOf(server: SimulatedServer, extent: Extent): ExtentCell {
  const line = extent.kind === 'none' ? null : extent.line
  return {
    kind: extent.kind,
    example:
      line === null
        ? null
        : { text: toText(typedLine(server, line.line).text), db: line.line.db, argv: line.line.argv },
    missing: extent.kind === 'some' ? toText(extent.missing) : null,
  }
}
