import { toText } from '../../acl/bytes'
import { dryRunText } from '../../acl/refusals'
import type { ExpectationResult } from '../../analysis/expectations/expectation'
import type { Target } from '../../targets/target'
import { CannotRun } from '../cannot-run'
import { debugTo } from '../debug'
import type { Io } from '../input'
import type { ServerOptions } from '../subject'
import type { Disagreement, ServerAnswers } from './answers'
import { isError } from '../../resp/reply'
import { withServer } from './connection'
import { refusedCommand, wordsOf } from './problems'

/** The result of a permitted ACL DRYRUN. */
const ALLOWED = 'allowed'

/**
 * Asks a server by ACL DRYRUN about each command line that the results are about: those of single lines, and the
 * counterexamples of sentences that fail. Nothing runs. Throws CannotRun where the server has no ACL DRYRUN (before 7.0),
 * or denies it.
 */
export async function askServer(
  argument: string,
  target: Target,
  results: readonly ExpectationResult[],
  options: ServerOptions,
  io: Io,
): Promise<ServerAnswers> {
  if (target.table.resolve(['acl', 'dryrun'])?.name !== 'acl|dryrun')
    throw new CannotRun(`${target.label} has no ACL DRYRUN, which --on-server needs: it came with 7.0.`)
  const debug = debugTo(io, options.debug === true)
  return withServer(argument, options, io, debug, async (connection) => {
    const disagreements: Disagreement[] = []
    let asked = 0
    for (const result of results) {
      const { decision, expectation } = result
      // No server runs a command as a role.
      const isOfRole = expectation.kind === 'policy' && expectation.subject.kind === 'role'
      if (decision === null || isOfRole || (databaseOf(result) !== 0 && target.behaviours.hasDatabases)) continue
      const line = ['ACL', 'DRYRUN', decision.user, ...decision.argv]
      const reply = await connection.ask(line)
      if (isError(reply) && reply.text.startsWith('NOPERM'))
        throw refusedCommand(connection.name, connection.user, line, reply)
      asked++
      const engine = decision.allowed ? ALLOWED : toText(dryRunText(decision, target.behaviours))
      const server = isError(reply)
        ? wordsOf(reply)
        : typeof reply === 'string'
          ? toText(reply)
          : typeof reply === 'object' && reply !== null && 'text' in reply && reply.text === 'OK'
            ? ALLOWED
            : 'an unexpected answer'
      if (engine !== server) disagreements.push({ result, engine, server })
    }
    return { name: connection.name, asked, notAsked: results.length - asked, disagreements }
  })
}

/** Returns the database of the connection that a result is about. */
function databaseOf({ expectation, proof }: ExpectationResult): number {
  return (proof?.kind === 'disproved' ? proof.line?.db : expectation.db) ?? 0
}
