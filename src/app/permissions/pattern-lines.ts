import { type Bytes, toText } from '../../acl/bytes'
import type { HeldEscalation } from '../../analysis/escalation'
import type { PolicyStatement } from '../../analysis/expectations/expectation'
import { maxLineLength } from '../../analysis/expectations/parse'
import { printExpectation } from '../../analysis/expectations/print'
import { needs, patternReach, statementOf, type Extent, type PatternReach } from '../../analysis/key-access/reach'
import { typedLine } from '../../analysis/typed-line'
import type { SimulatedServer } from '../../server/server'
import type { Pace } from '../state/pace'

/** The extent of an access, with an example as text. */
export interface ExtentCell {
  readonly kind: Extent['kind']
  /** A command line that reaches a key of the pattern; null where none is known. */
  readonly example: { readonly text: string; readonly db: number } | null
  /** A key of the pattern that the user cannot reach; null where there is none, or none is known. */
  readonly missing: string | null
}

/** A user's access to the keys of a pattern. */
export interface PatternLine {
  readonly name: string
  readonly user: Bytes
  /** The reason why nobody can log in as the user; null where it can log in. */
  readonly shut: 'off' | 'no password' | null
  /** Reading, writing, and naming in any way. */
  readonly cells: readonly ExtentCell[]
  readonly escalations: readonly HeldEscalation[]
}

/** A statement about the pattern that holds now, as a line of users.expect. */
export interface PatternStatement {
  readonly statement: PolicyStatement
  readonly text: string
}

export interface PatternAnswer {
  readonly pattern: Bytes
  /** Users that reach some key first, then those that get around their rules. */
  readonly lines: readonly PatternLine[]
  readonly statements: readonly PatternStatement[]
}

/**
 * Answers who reaches the keys of a pattern, with pauses. Resolves to null where `pace` was stopped.
 * @param report called at each pause with the number of users done
 */
export async function answerPattern(
  server: SimulatedServer,
  pattern: Bytes,
  pace: Pace,
  report: (done: number) => void,
): Promise<PatternAnswer | null> {
  const found: PatternReach[] = []
  for (const reach of patternReach(server, pattern)) {
    found.push(reach)
    if (!pace.isDue) continue
    report(found.length)
    await pace.breath()
    if (pace.stopped) return null
  }
  const lines = found
    .map((reach) => ({ line: lineOf(server, reach), rank: rankOf(reach) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ line }) => line)
  const statements = needs.flatMap((need) => {
    const statement = statementOf(found, need, pattern)
    if (statement === null) return []
    const text = printExpectation(statement)
    return text.length > maxLineLength ? [] : [{ statement, text }]
  })
  return { pattern, lines, statements }
}

const rankOf = ({ extents, escalations }: PatternReach): number =>
  needs.some((need) => extents[need].kind !== 'none') ? 0 : escalations.length > 0 ? 1 : 2

function lineOf(server: SimulatedServer, { user, canLogIn, extents, escalations }: PatternReach): PatternLine {
  return {
    name: toText(user.name),
    user: user.name,
    shut: canLogIn ? null : user.enabled ? 'no password' : 'off',
    cells: needs.map((need) => cellOf(server, extents[need])),
    escalations,
  }
}

function cellOf(server: SimulatedServer, extent: Extent): ExtentCell {
  const line = extent.kind === 'none' ? null : extent.line
  return {
    kind: extent.kind,
    example: line === null ? null : { text: toText(typedLine(server, line.line).text), db: line.line.db },
    missing: extent.kind === 'some' ? toText(extent.missing) : null,
  }
}
