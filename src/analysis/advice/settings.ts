import { toText, type Bytes } from '../../acl/bytes'
import { isClientId, type ClientId } from './clients'

/** What travels with a workspace (its settings are such an object): which advice is not to be given, and what clients connect with. */
export interface AdviceSettings {
  /** Codes that are silenced for all files. */
  readonly silenced: readonly string[]
  /** By user name: codes that are silenced for that user's line. */
  readonly silencedFor: Readonly<Record<string, readonly string[]>>
  /** `client`: the library that clients use, as a ClientId. */
  readonly choices: Readonly<Record<string, string>>
}

/** All advice, for no client library in particular. */
export const allAdvice: AdviceSettings = { silenced: [], silencedFor: {}, choices: {} }

/** The client library that was chosen, or null. */
export function clientOf({ choices }: AdviceSettings): ClientId | null {
  const client = Object.hasOwn(choices, 'client') ? choices['client'] : undefined
  return client !== undefined && isClientId(client) ? client : null
}

/** Whether a code is silenced, for a user's line (null: for a finding that is about no user). */
export function isSilenced(settings: AdviceSettings, code: string, user: Bytes | null): boolean {
  if (settings.silenced.includes(code)) return true
  const name = user === null ? null : toText(user)
  return name !== null && Object.hasOwn(settings.silencedFor, name) && settings.silencedFor[name]?.includes(code) === true
}

/** The settings with a code silenced, for one user or (null) for everything. */
export function silence<S extends AdviceSettings>(settings: S, code: string, user: string | null): S {
  if (user === null) return settings.silenced.includes(code) ? settings : { ...settings, silenced: [...settings.silenced, code] }
  const before = Object.hasOwn(settings.silencedFor, user) ? settings.silencedFor[user] ?? [] : []
  if (before.includes(code)) return settings
  return { ...settings, silencedFor: Object.fromEntries([...Object.entries(settings.silencedFor).filter(([name]) => name !== user), [user, [...before, code]]]) }
}

/** The settings with a code given again, for one user or (null) for everything. */
export function unsilence<S extends AdviceSettings>(settings: S, code: string, user: string | null): S {
  if (user === null) return { ...settings, silenced: settings.silenced.filter((one) => one !== code) }
  const entries = Object.entries(settings.silencedFor).map(([name, codes]) => [name, name === user ? codes.filter((one) => one !== code) : codes] as const)
  return { ...settings, silencedFor: Object.fromEntries(entries.filter(([, codes]) => codes.length > 0)) }
}
