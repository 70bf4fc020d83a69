import type { Rule, Span } from '../../acl/decision'
import { toText } from '../../acl/bytes'
import type { SimulatedServer } from '../../server/server'

/** The server that runs a policy, and the text of its users.acl. */
export interface Policy {
  readonly server: SimulatedServer
  readonly acl: string
  /** redis.conf; empty where there is none. */
  readonly conf: string
}

/** `some`: of the keys, channels or command lines that are asked about. */
export type Verdict = 'yes' | 'no' | 'some' | 'undecided'

/** A rule that an answer rests on. */
export interface Evidence {
  readonly rule: string
  /** The place where it is written; null for a rule that no file has. */
  readonly place: Span | null
}

/** The answer for one user of a question that asks who. */
export interface UserAnswer {
  readonly name: string
  readonly verdict: Verdict
  readonly text: string
  readonly rules: readonly Evidence[]
}

export interface Answer {
  /** The answer to a question of yes and no; null for others. */
  readonly verdict: Verdict | null
  /** One sentence or more. */
  readonly text: string
  /** Users for whom the answer is not no, in the order of the file. */
  readonly users?: readonly UserAnswer[]
  /** Names of commands, categories or facts. */
  readonly list?: readonly string[]
  /** The rules that decided, most relevant first. */
  readonly rules?: readonly Evidence[]
}

/** Returns rules for display, each once. */
export function evidence(rules: readonly Rule[]): Evidence[] {
  const seen = new Set<string>()
  return rules.flatMap(({ text, span }) => {
    const place = span?.source === 'command' ? null : span
    const key = `${place?.source} ${place?.from} ${text}`
    if (seen.has(key)) return []
    seen.add(key)
    return [{ rule: toText(text), place }]
  })
}
