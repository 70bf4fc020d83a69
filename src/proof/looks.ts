import type { Selector } from '../acl/selector'
import type { Language } from './language'

const looks = new WeakMap<Selector, string>()

/** Returns a text that is the same for selectors of one target that allow the same. */
export function lookOf(selector: Selector): string {
  const known = looks.get(selector)
  if (known !== undefined) return known
  // `%RW~*` is printed like `~*`, but is a pattern: it does not match the empty name.
  const look = `${selector.commands.bits.join()} ${selector.allKeys} ${selector.describe()}`
  looks.set(selector, look)
  return look
}

const patterns = new WeakMap<Selector, string>()

/** Returns a text that is the same for selectors of one target with the same keys, channels and databases. */
export function patternsOf(selector: Selector): string {
  const known = patterns.get(selector)
  if (known !== undefined) return known
  const { allKeys, allChannels, allDatabases } = selector
  const places = [selector.describeKeys(), selector.describeChannels(), selector.describeDatabases()]
  const made = [...places, allKeys, allChannels, allDatabases].join('\n')
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
