import type { Bytes } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import { union } from '../../proof/language'
import { channelWithin, databaseUse, keyWithin, runOf, type Search } from '../../proof/reach'
import { runDenied } from '../../proof/run-denied'
import type { SimulatedServer } from '../../server/server'
import type { ExpectationResult, PolicyExpectation } from './expectation'
import type { Question } from './outcome'
import { questionsOf } from './run-policy'

/** Decisions of one policy statement that count: beyond, further users and commands are left out. */
const MAX_DECISIONS = 1_000

/**
 * Returns the decisions that a result depends on, for coverage: the one of a single command line, or for a policy statement that
 * holds, an example of each command and pattern that it says can be used, and of each command that it says cannot be run.
 */
export function decisionsBehind(server: SimulatedServer, result: ExpectationResult): readonly Decision[] {
  const { expectation, decision, verdict, state } = result
  // A refusal before the rules are asked, such as `off`, depends on no rule.
  if (expectation.kind === 'line') return decision !== null && verdict?.reason === decision.reason ? [decision] : []
  if (state !== 'holds') return decision === null ? [] : [decision]
  const decisions: Decision[] = []
  for (const question of questionsOf(server, expectation)) {
    for (const { argv, db } of lines(question, expectation)) {
      const found = server.judge(question.subject.user, argv, { db })
      if (found !== null) decisions.push(found)
      if (decisions.length >= MAX_DECISIONS) return decisions
    }
  }
  return decisions
}

interface Line {
  readonly argv: readonly Bytes[]
  readonly db: number
}

function* lines({ subject, access, commands, verb }: Question, { db }: PolicyExpectation): Generator<Line> {
  const options = { db: db ?? 0 }
  const found = (search: Search): readonly Line[] => (search.kind === 'line' ? [search.line] : [])
  if (verb === 'cannot' && access.kind === 'run' && access.keys === null) {
    for (const command of commands) {
      const denied = runDenied(subject, command, null, options)
      if (denied.kind === 'denied') yield denied.line
    }
  }
  if (verb !== 'can') return
  switch (access.kind) {
    case 'keys':
      for (const pattern of access.patterns) yield* found(keyWithin(subject, access.need, union([pattern]), options))
      return
    case 'channels':
      for (const pattern of access.patterns) yield* found(channelWithin(subject, union([pattern]), options))
      return
    case 'databases':
      for (const number of access.numbers) yield* found(databaseUse(subject, number))
      return
    case 'run':
      for (const command of commands)
        for (const keys of access.keys?.map((pattern) => union([pattern])) ?? [null])
          yield* found(runOf(subject, new Set([command]), keys, options))
      return
    case 'log-in':
  }
}
