import { toText, type Bytes } from '../../acl/bytes'
import { isClientId, type ClientId } from './clients'

/** The diagnostic settings of a workspace: muted diagnostics and the selected client library. */
export interface DiagnosticSettings {
  /** Codes that are muted everywhere. */
  readonly silenced: readonly string[]
  /** Codes that are muted for a user's line, by user name. */
  readonly silencedFor: Readonly<Record<string, readonly string[]>>
  /** `client`: the selected client library, a ClientId. */
  readonly choices: Readonly<Record<string, string>>
}

/** Settings that mute nothing and select no client library. */
export const allDiagnostics: DiagnosticSettings = { silenced: [], silencedFor: {}, choices: {} }

/** Returns the selected client library, or null. */
export function clientOf({ choices }: DiagnosticSettings): ClientId | null {
  const client = Object.hasOwn(choices, 'client') ? choices['client'] : undefined
  return client !== undefined && isClientId(client) ? client : null
}

/** Returns true for a code that is muted for a user's line (null: for the file). */
export type IsSilenced = (code: string, user: Bytes | null) => boolean

/** Mutes nothing. */
export const neverSilenced: IsSilenced = () => false

/** Returns a function that tests whether a code is muted for a user (null: a diagnostic that is about no user). */
export function silencer({ silenced, silencedFor }: DiagnosticSettings): IsSilenced {
  if (silenced.length === 0 && Object.keys(silencedFor).length === 0) return neverSilenced
  return (code, user) => {
    if (silenced.includes(code)) return true
    const name = user === null ? null : toText(user)
    return name !== null && Object.hasOwn(silencedFor, name) && silencedFor[name]?.includes(code) === true
  }
}
