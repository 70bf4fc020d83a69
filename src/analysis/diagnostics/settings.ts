import { toText, type Bytes } from '../../acl/bytes'
import { isClientId, type ClientId } from './clients'

/** What travels with a workspace (its settings are such an object): which diagnostics are muted, and what clients connect with. */
export interface DiagnosticSettings {
  /** Codes that are silenced for all files. */
  readonly silenced: readonly string[]
  /** By user name: codes that are silenced for that user's line. */
  readonly silencedFor: Readonly<Record<string, readonly string[]>>
  /** `client`: the library that clients use, as a ClientId. */
  readonly choices: Readonly<Record<string, string>>
}

/** All diagnostics, for no client library in particular. */
export const allDiagnostics: DiagnosticSettings = { silenced: [], silencedFor: {}, choices: {} }

/** The client library that was chosen, or null. */
export function clientOf({ choices }: DiagnosticSettings): ClientId | null {
  const client = Object.hasOwn(choices, 'client') ? choices['client'] : undefined
  return client !== undefined && isClientId(client) ? client : null
}

/** Tells whether a code is silenced for a user's line (null: for the file). */
export type IsSilenced = (code: string, user: Bytes | null) => boolean

/** Says of a code and a user's name (null: a diagnostic that is about no user) whether it is silenced. */
export function silencer({ silenced, silencedFor }: DiagnosticSettings): IsSilenced {
  if (silenced.length === 0 && Object.keys(silencedFor).length === 0) return () => false
  return (code, user) => {
    if (silenced.includes(code)) return true
    const name = user === null ? null : toText(user)
    return name !== null && Object.hasOwn(silencedFor, name) && silencedFor[name]?.includes(code) === true
  }
}
