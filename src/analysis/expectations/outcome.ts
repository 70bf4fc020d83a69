import type { Command } from '../../acl/command'
import type { User } from '../../acl/user'
import type { CommandLine } from '../../proof/command-line'
import type { Subject } from '../../proof/permissions'
import type { SimulatedServer } from '../../server/server'
import type { ShownLine } from '../ways/script'
import type { Ways } from '../ways/search'
import type { Access, PolicyExpectation } from './expectation'

/** The result of a statement for one user. */
export type Outcome =
  | { readonly kind: 'holds' }
  | {
      readonly kind: 'fails'
      /** In words, to stand after the user's name. */
      readonly why: string
      readonly line: CommandLine | null
      readonly hint: string | null
      /** The power that the line gives beyond the user's own rules, to stand after "can"; null where that is not the reason. */
      readonly escalation: string | null
      /** The lines of a way; null where the statement is about single lines. */
      readonly script: readonly ShownLine[] | null
    }
  | { readonly kind: 'undecided' }

export const holds: Outcome = { kind: 'holds' }
export const fails = (why: string, line: CommandLine | null = null, hint: string | null = null): Outcome => ({
  kind: 'fails',
  why,
  line,
  hint,
  escalation: null,
  script: null,
})

/** A statement about one user, with the value of `{id}` put into its patterns. */
export interface Question {
  readonly server: SimulatedServer
  readonly subject: Subject
  readonly verb: PolicyExpectation['verb']
  readonly access: Access
  readonly commands: readonly Command[]
  readonly db: number | null
  /** Returns the users that call functions (`callsFunctions`). */
  readonly callers: () => readonly User[]
  /** Returns the ways between the server's users. */
  readonly ways: () => Ways
}
