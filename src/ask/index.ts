/** Questions about a policy in plain words: understood, or said not to be; answered by the engine, never by a guess. */
import type { Bytes } from '../acl/bytes'
import type { SimulatedServer } from '../server/server'
import { answer } from './answer'
import type { Policy } from './answers/answer'
import type { Asked } from './asked'
import { canonical } from './meaning'
import { nearestQuestions } from './suggest'
import { understand } from './understand'

export type { Answer, Evidence, Policy, UserAnswer, Verdict } from './answers/answer'
export type { Asked } from './asked'
export type { Taken } from './understand'

/** Answers a question about a policy. Runs, logs and changes nothing; accepts any text. */
export function ask(policy: Policy, question: string): Asked {
  const { server } = policy
  const understood = understand(server, question)
  if (understood.kind !== 'meaning') {
    const { kind, why, choices } = understood
    return { kind, why, nearest: choices.length > 0 ? choices.slice(0, 3) : nearestQuestions(server, question) }
  }
  const { meaning, taken } = understood
  const means = canonical(meaning, (argv) => nameLength(server, argv))
  return { kind: 'answered', means, meaning, taken, answer: answer(policy, meaning) }
}

/** Returns how many words of a command line name the command. */
function nameLength({ target }: SimulatedServer, argv: readonly Bytes[]): number {
  return target.table.resolve(argv)?.parent == null ? 1 : 2
}
