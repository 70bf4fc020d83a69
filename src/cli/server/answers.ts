import { toText } from '../../acl/bytes'
import type { ExpectationResult } from '../../analysis/expectations/expectation'
import { printWord } from '../../resp/render'
import { onOneLine } from '../printable'

/** An expectation whose command line a server decides differently from the engine. */
export interface Disagreement {
  readonly result: ExpectationResult
  readonly engine: string
  readonly server: string
}

/** The answers of a server to the command lines of expectations. */
export interface ServerAnswers {
  readonly name: string
  /** The number of command lines that were asked, and of results that are about none. */
  readonly asked: number
  readonly notAsked: number
  readonly disagreements: readonly Disagreement[]
}

/** Describes a disagreement in a sentence. */
export function describeDisagreement({ result: { decision }, engine, server }: Disagreement, name: string): string {
  const line = decision === null ? '' : `${toText(decision.user)}: ${decision.argv.map(printWord).join(' ')}`
  return `${onOneLine(name)} decides differently from the engine about ${line}: the server says "${server}", the engine "${engine}".`
}

/** Summarizes the answers: `redis://staging:6379 was asked about 12 command lines by ACL DRYRUN: all answers agree`. */
export function summaryOf({ name, asked, notAsked, disagreements }: ServerAnswers): string {
  const agreeing = disagreements.length === 0 ? 'all answers agree' : `${disagreements.length} differ`
  const lines = `${asked} command ${asked === 1 ? 'line' : 'lines'}`
  return `${onOneLine(name)} was asked about ${lines} by ACL DRYRUN: ${asked === 0 ? 'there are none' : agreeing}${notAsked === 0 ? '' : `; ${notAsked} ${notAsked === 1 ? 'sentence is' : 'sentences are'} about no single command line`}`
}
