import { toText, type Bytes } from '../../acl/bytes'
import { isClientId, type ClientId } from './clients'

/** Which advice is not to be given, and what clients connect with; it travels with a workspace. */
export interface AdviceSettings {
  /** Codes that are silenced for all files. */
  readonly silenced: readonly string[]
  /** By user name: codes that are silenced for that user's line. */
  readonly silencedFor: Readonly<Record<string, readonly string[]>>
  /** The library that clients use, where it is known. */
  readonly client: ClientId | null
}

/** All advice, for no client library in particular. */
export const allAdvice: AdviceSettings = { silenced: [], silencedFor: {}, client: null }

/** Whether a code is silenced, for a user's line (null: for a finding that is about no user). */
export function isSilenced(settings: AdviceSettings, code: string, user: Bytes | null): boolean {
  if (settings.silenced.includes(code)) return true
  const name = user === null ? null : toText(user)
  return name !== null && Object.hasOwn(settings.silencedFor, name) && settings.silencedFor[name]?.includes(code) === true
}

/** The settings with a code silenced, for one user or (null) for everything. */
export function silence(settings: AdviceSettings, code: string, user: string | null): AdviceSettings {
  if (user === null) return settings.silenced.includes(code) ? settings : { ...settings, silenced: [...settings.silenced, code] }
  const before = Object.hasOwn(settings.silencedFor, user) ? settings.silencedFor[user] ?? [] : []
  if (before.includes(code)) return settings
  return { ...settings, silencedFor: Object.fromEntries([...Object.entries(settings.silencedFor).filter(([name]) => name !== user), [user, [...before, code]]]) }
}

/** The settings with a code given again, for one user or (null) for everything. */
export function unsilence(settings: AdviceSettings, code: string, user: string | null): AdviceSettings {
  if (user === null) return { ...settings, silenced: settings.silenced.filter((one) => one !== code) }
  const entries = Object.entries(settings.silencedFor).map(([name, codes]) => [name, name === user ? codes.filter((one) => one !== code) : codes] as const)
  return { ...settings, silencedFor: Object.fromEntries(entries.filter(([, codes]) => codes.length > 0)) }
}

const MOST_CODES = 200
const MOST_USERS = 2_000
const LONGEST_NAME = 1_000

const isCodes = (value: unknown): value is string[] => Array.isArray(value) && value.length <= MOST_CODES && value.every((code) => typeof code === 'string' && /^[a-z0-9-]{1,60}$/.test(code))

/** Takes a value of unknown origin for settings, copying only what belongs to them; null where anything is of the wrong shape. */
export function readAdviceSettings(value: unknown): AdviceSettings | null {
  if (typeof value !== 'object' || value === null) return null
  const { silenced, silencedFor, client } = value as Record<string, unknown>
  if (!isCodes(silenced) || typeof silencedFor !== 'object' || silencedFor === null) return null
  if (client !== null && !(typeof client === 'string' && isClientId(client))) return null
  const byUser = Object.entries(silencedFor as Record<string, unknown>)
  if (byUser.length > MOST_USERS) return null
  const users: [string, readonly string[]][] = []
  for (const [name, codes] of byUser) {
    if (!isCodes(codes) || name.length > LONGEST_NAME) return null
    users.push([name, [...codes]])
  }
  return { silenced: [...silenced], silencedFor: Object.fromEntries(users), client }
}
