import { mergeSelectors } from '../acl/merge'
import { fromText, lower, toText, type Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import { parseRule } from '../acl/rule'
import { splitWords } from '../acl/split'
import type { SimulatedServer } from '../server/server'
import { isOneEdit } from './one-edit'
import { sentenceWords, wordsOf } from './words'

/** A question that cannot be answered: why, and what may have been meant. */
export interface Unclear {
  readonly kind: 'ambiguous' | 'nothing'
  readonly why: string
  /** Names that may have been meant. */
  readonly choices: readonly string[]
}

/** A name that was found for a written one. */
export interface Named<T> {
  readonly kind: 'named'
  readonly value: T
  /** A name that was read in place of what was written. */
  readonly taken: { readonly written: string; readonly as: string } | null
}

export const nothing = (why: string, choices: readonly string[] = []): Unclear => ({ kind: 'nothing', why, choices })
const named = <T>(value: T, written: string, as: string): Named<T> => ({
  kind: 'named',
  value,
  taken: written === as ? null : { written, as },
})

/** Names shorter than this are not corrected. */
const SHORTEST_CORRECTED = 4

const digits = (text: string): string => text.replace(/\D/g, '')

/**
 * Returns the words that differ from a written one by one letter, but not in their digits. One that goes on after a name, such as
 * its plural, is another word.
 */
function near(written: string, known: readonly string[]): readonly string[] {
  if (written.length < SHORTEST_CORRECTED) return []
  return known.filter((name) => {
    const lower = name.toLowerCase()
    return isOneEdit(lower, written) && digits(lower) === digits(written) && !written.startsWith(lower)
  })
}

/** Returns a text without the quotes around it. */
export const unquoted = (text: string): string => (/^(["'`]).*\1$/s.test(text) ? text.slice(1, -1) : text)

/** Finds the user that a text names: exactly, in other letters, in two words (`tenant a`), or with a typo. */
export function findUser({ users }: SimulatedServer, text: string): Named<Bytes> | Unclear {
  const written = unquoted(text)
  const own = /^(.+?)['’]s?$/.exec(written)?.[1]
  for (const name of own === undefined ? [written] : [written, own])
    if (users.get(fromText(name)) !== undefined) return named(fromText(name), name, name)
  const asked = (own ?? written).toLowerCase()
  const spellings = asked.includes(' ')
    ? ['-', '_', '', ':', '.'].map((joint) => asked.replaceAll(' ', joint))
    : [asked]
  const names = Array.from(users, ({ name }) => toText(name))
  const same = names.filter((name) => spellings.includes(name.toLowerCase()))
  const close = same.length > 0 ? same : asked.includes(' ') ? [] : near(asked, names)
  const [first] = close
  if (first === undefined) return nothing(`There is no user ${written}.`)
  if (close.length > 1)
    return { kind: 'ambiguous', why: `There is no user ${written}. It may be one of several.`, choices: close }
  return named(fromText(first), written, first)
}

/** The words of a command line or of rules. */
function argvOf(text: string): readonly Bytes[] {
  const words = splitWords(fromText(text))?.map((word) => word.text) ?? fromText(text).split(/\s+/)
  return words.filter((word, i) => i > 0 || word !== '')
}

/**
 * Finds the command line that a text holds: `flushall`, `config|get`, `the KEYS command`; or a category, `@dangerous`.
 * @param exact true to correct no typos
 */
export function findLine(server: SimulatedServer, text: string, exact = false): Named<readonly Bytes[]> | Unclear {
  const inner = /^(["'`])(.*\s.*|\w+)\1$/s.exec(text)?.[2] ?? text
  const category = /^(?:any )?(?:of )?(?:the )?(?:commands? (?:in|of|from) )?(@\S+)(?: commands?)?$/i.exec(inner)?.[1]
  if (category !== undefined) {
    const found = findCategory(server, category)
    return found.kind === 'named' ? { ...found, value: [`@${found.value}`] } : found
  }
  const named = /^(?:any |some |the |all )?(\w+) commands?$/i.exec(inner)?.[1]
  if (named !== undefined && server.target.table.categories.includes(named.toLowerCase()))
    return { kind: 'named', value: [`@${named.toLowerCase()}`], taken: null }
  const bare = inner
    .replace(/^(?:the|an?) (?:command )?|^command /i, '')
    .replace(/ commands?$/i, (end) => (/^the /i.test(inner) ? '' : end))
    .replace(/^(\S+) (?:on|to|into|from|at|of|against) (?:the )?(?:keys? |channels? )?(?=\S)/i, '$1 ')
  const english = wordsOf(bare)
    .slice(1)
    .map(({ from, to }) => bare.slice(from, to))
    .find((word) => sentenceWords.has(word))
  if (english !== undefined)
    return nothing(`Ask about one command line. If "${english}" belongs to it, put it in quotes.`)
  const [first = '', ...rest] = argvOf(bare)
  return resolveLine(server, [...first.split('|'), ...rest], exact)
}

function resolveLine(
  { target }: SimulatedServer,
  argv: readonly Bytes[],
  exact: boolean,
): Named<readonly Bytes[]> | Unclear {
  const { table, label } = target
  const [name = '', sub, ...rest] = argv
  const written = toText(name)
  const tops = table.commands.filter(({ parent }) => parent === null)
  const found = correct(written, tops, exact)
  if (!('command' in found)) return { ...found, why: `${label} has no command ${written.toUpperCase()}.` }
  const { command } = found
  if (command.subcommands === null || command.subcommands.size === 0 || sub === undefined)
    return named([command.name, ...argv.slice(1)], lower(written), command.name)
  const shortNames = [...command.subcommands.values()]
  const inner = correct(toText(sub), shortNames, exact)
  if (!('command' in inner))
    return { ...inner, why: `${label} has no command ${written.toUpperCase()} ${toText(sub).toUpperCase()}.` }
  const words = inner.command.name.split('|')
  return named([...words, ...rest], lower(`${written} ${toText(sub)}`), words.join(' '))
}

function correct(
  written: string,
  commands: readonly Command[],
  exact: boolean,
): { readonly command: Command } | Unclear {
  const asked = written.toLowerCase()
  const shortName = ({ name }: Command): string => name.split('|').at(-1) ?? name
  const command = commands.find((one) => shortName(one) === asked)
  if (command !== undefined) return { command }
  const close = exact ? [] : near(asked, commands.map(shortName))
  const meant = close.length === 1 ? commands.find((one) => shortName(one) === close[0]) : undefined
  if (meant !== undefined) return { command: meant }
  const choices = close.map((name) => name.toUpperCase())
  return { kind: close.length > 1 ? 'ambiguous' : 'nothing', why: '', choices }
}

/** Finds a category, with or without its `@`; returns its name without. */
export function findCategory({ target }: SimulatedServer, text: string): Named<string> | Unclear {
  const written = unquoted(text).replace(/^@/, '').toLowerCase()
  const known = ['all', ...target.table.categories]
  if (known.includes(written)) return named(written, written, written)
  const close = near(written, known)
  const [first] = close
  if (close.length === 1 && first !== undefined) return named(first, `@${written}`, `@${first}`)
  return {
    kind: close.length > 1 ? 'ambiguous' : 'nothing',
    why: `${target.label} has no category @${written}.`,
    choices: close.map((name) => `@${name}`),
  }
}

/** Returns the rules that a text holds, selectors as one; null where a word is no rule. */
export function findRules(text: string): readonly Bytes[] | null {
  const merged = mergeSelectors(
    fromText(unquoted(text))
      .split(/\s+/)
      .filter((word) => word !== ''),
  )
  if (typeof merged === 'number' || merged.length === 0) return null
  const rules = merged.map((rule) => rule.text)
  return rules.every(isRule) ? rules : null
}

/** Returns true for a text that a server may read as a rule. */
function isRule(text: Bytes): boolean {
  const { kind } = parseRule(text)
  return kind !== 'invalid' && kind !== 'empty'
}
