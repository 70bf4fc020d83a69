import { lower } from '../acl/bytes'
import type { Selector } from '../acl/selector'
import type { Language } from './language'

const looks = new WeakMap<Selector, string>()

/** Returns a text that is the same for selectors of one target that allow the same. */
export function lookOf(selector: Selector): string {
  const known = looks.get(selector)
  if (known !== undefined) return known
  const { commands } = selector
  const words = [...commands.firstArgs]
    .map(([index, args]) => JSON.stringify([index, ...args.map(lower).sort()]))
    .sort()
  const look = [commands.bits.join(), ...words, patternsOf(selector)].join('\n')
  looks.set(selector, look)
  return look
}

const patterns = new WeakMap<Selector, string>()

/** Returns a text that is the same for selectors of one target with the same keys, channels and databases, in any order. */
export function patternsOf(selector: Selector): string {
  const known = patterns.get(selector)
  if (known !== undefined) return known
  const { allKeys, keys, allChannels, channels, allDatabases, databases } = selector
  // `%RW~*` is printed like `~*`, but is a pattern: it does not match the empty name.
  const made = [
    ...(allKeys ? ['allkeys'] : keys.map(({ text }) => text).sort()),
    ...(allChannels ? ['allchannels'] : channels.map(({ pattern }) => `&${pattern}`).sort()),
    ...(allDatabases ? ['alldbs'] : databases),
  ].join('\n')
  patterns.set(selector, made)
  return made
}

const singlesOf = new WeakMap<Language, readonly Language[]>()

/** Returns each member of a language as a language of its own: the same objects each time, so that cached results are found. */
export function singles(language: Language): readonly Language[] {
  const known = singlesOf.get(language) ?? language.members.map((member) => ({ all: false, members: [member] }))
  singlesOf.set(language, known)
  return known
}
