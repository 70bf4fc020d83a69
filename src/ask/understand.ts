import { fromText, toText } from '../acl/bytes'
import { withCommas } from '../analysis/numbers'
import { readRefused } from '../analysis/refused'
import type { SimulatedServer } from '../server/server'
import { byKeyWords } from './lists'
import type { Meaning } from './meaning'
import { findCategory, findLine, findRules, findUser, nothing, unquoted, type Named, type Unclear } from './names'
import { grammarWords, sentences, type Ask } from './sentences'
import { corrected, sentenceWords, wordsOf, type Word } from './words'

/** The maximum length of a question, in characters; pasted logs may be longer. */
const LONGEST = 2_000

/** A word of a question that was read as a name. */
export interface Taken {
  readonly written: string
  readonly as: string
}

/** The meaning of a question, with the names that were read in place of misspelt ones; or the reason why it has no one meaning. */
export type Understood =
  { readonly kind: 'meaning'; readonly meaning: Meaning; readonly taken: readonly Taken[] } | Unclear

/** Reads a question. Accepts any text; a question of which a word is not understood has no meaning. */
export function understand(server: SimulatedServer, question: string): Understood {
  const text = question.trim()
  if (text === '') return nothing('There is no question.')
  const pasted = fromPasted(server, text)
  if (pasted?.kind === 'meaning') return pasted
  if (text.length > LONGEST) return pasted ?? nothing(`A question has at most ${withCommas(LONGEST)} characters.`)
  // Of two lines, the second would be read as arguments of the first.
  if (text.includes('\n')) return pasted ?? nothing('Ask one question at a time, on one line.')
  const alone = findRules(text)
  if (alone?.length === 1 && alone[0] !== undefined && /^[+\-~&%(>#<!]/.test(text))
    return understood({ kind: 'rule', rule: alone[0] })
  const words = wordsOf(text)
  const first = new Reader(server, text, politely(words)).read()
  if (first.kind === 'meaning' || pasted !== null) return first.kind === 'meaning' ? first : (pasted ?? first)
  const isName = (word: string): boolean =>
    server.users.get(fromText(word)) !== undefined || server.target.table.find(word) !== undefined
  const second = new Reader(server, text, politely(corrected(words, grammarWords, isName))).read()
  return second.kind === 'meaning' || first.why === unknown ? second : first
}

const unknown = 'This question is not understood.'
const understood = (meaning: Meaning, taken: readonly Taken[] = []): Understood => ({ kind: 'meaning', meaning, taken })

/** An error of a server or an entry of ACL LOG. */
function fromPasted(server: SimulatedServer, text: string): Understood | null {
  const looksPasted =
    /\bNOPERM\b|has no permissions to|no permissions to access|\bWRONGPASS\b|\bNOAUTH\b|invalid username-password|age-seconds/.test(
      text,
    )
  if (!looksPasted || /^(?:why|what|who|which|how|does|can)\b/i.test(text)) return null
  const refused = readRefused(text, server.target)
  if (refused === null) return null
  if (refused.reason === 'auth') return nothing('This is a failed log-in: no rule of users.acl denied it.')
  const [line] = refused.lines
  if (line === undefined) {
    const [, user = '', name = '', kind = ''] =
      /user (\S+) has no permissions to access the '([^'\n]+)' (key|channel)/i.exec(text) ?? []
    const ask =
      kind === 'channel'
        ? [`can ${user} use channels ${name}`]
        : ['read', 'write'].map((need) => `can ${user} ${need} keys ${name}`)
    return { kind: 'ambiguous', why: 'The error does not tell the command.', choices: kind === '' ? [] : ask }
  }
  const name = line.user ?? refused.user
  if (name === null) return { kind: 'ambiguous', why: 'The error does not tell the user.', choices: [] }
  // A server names its users exactly.
  if (server.users.get(name) === undefined) return nothing(`There is no user ${toText(name)}.`)
  const command = server.target.table.resolve(line.argv)
  const argv = line.argv.length === 1 && command !== undefined ? command.name.split('|') : line.argv
  return understood({ kind: 'why-denied', user: name, argv })
}

const taken = (...found: readonly Named<unknown>[]): Taken[] => found.flatMap((one) => one.taken ?? [])

const greetings =
  /^(?:(?:hi|hello|hey|please|so|ok|okay|well|um|quick question|question|good (?:morning|evening|day)|sorry|excuse me)(?: there| all| team)? )+/
const requests =
  /^(?:(?:please |kindly )?(?:(?:could|can|would|will) you (?:please |kindly )?)?(?:tell|show|let|remind|explain to) (?:me|us)(?: know)?(?: please)? |i (?:would like|want|need|would love|wonder|am wondering|am trying) ?(?:to (?:know|find out|see|understand|learn|ask))? ?|(?:could|can|would) you (?:please |kindly )?(?:list|say|check|find|find out|give me) |do you know |any idea |please )+/
const connectors = /^(?:(?:about|whether|if|that|is it true that|explain(?= why )|say) )+(?=\S+ )/
const ends =
  /(?: please| thanks| thank you(?: very much| so much)?| thanks in advance| at the moment| right now| at all| exactly| in (?:this|the|our) (?:policy|file)| for me| many thanks)+$/

/** Returns the words of a question without greetings and the like. */
function politely(words: readonly Word[]): readonly Word[] {
  let rest = words
  for (const lead of [greetings, requests, greetings, connectors]) {
    const length = lead.exec(joined(rest))?.[0].trim().split(' ').length ?? 0
    if (length > 0 && length < rest.length) rest = rest.slice(length)
  }
  const end = ends.exec(joined(rest))?.[0].trim().split(' ').length ?? 0
  return end < rest.length ? rest.slice(0, rest.length - end) : rest
}

const joined = (words: readonly Word[]): string => words.map(({ word }) => word).join(' ')

const needOf = { read: 'read', write: 'write', access: 'access', delete: 'access' } as const
const namesKeys = /[:*?[{/._\-\d]/

/** Reads the words of one question. */
class Reader {
  readonly #joined: string
  #first: Unclear | null = null

  constructor(
    readonly server: SimulatedServer,
    readonly text: string,
    readonly words: readonly Word[],
  ) {
    this.#joined = joined(words)
  }

  read(): Understood {
    const alone = this.#alone()
    if (alone !== null) return alone
    const [listed] = byKeyWords(this.words.map(({ word }) => word))
    if (listed !== undefined) return understood(listed)
    for (const { ask, pattern } of sentences) {
      const match = pattern.exec(this.#joined)
      if (match === null) continue
      const found = this.#meaningOf(ask, match)
      if (found.kind === 'meaning') return found
      // The first that has the form of a sentence tells most.
      if (found.why !== '') this.#first ??= found
    }
    const line = findLine(this.server, this.#slice(0, this.#joined.length), true)
    if (line.kind === 'named' && this.#first === null && this.#isCommandLine(line.value))
      return understood({ kind: 'run', user: null, argv: line.value })
    return this.#first ?? nothing(unknown)
  }

  /** A user or a command alone. */
  #alone(): Understood | null {
    const [word, second] = this.words
    if (word === undefined || second !== undefined) return null
    const written = this.#slice(0, this.#joined.length)
    const user = this.server.users.get(fromText(written))
    const line = findLine(this.server, written)
    const isCommand = line.kind === 'named' && !(line.value[0] ?? '').startsWith('@')
    if (user !== undefined && isCommand)
      return {
        kind: 'ambiguous',
        why: `${written} is a user, and a command.`,
        choices: [`what can ${written} do`, `who can run ${written.toUpperCase()}`],
      }
    if (user !== undefined) return understood({ kind: 'summary', user: user.name })
    const rule = findRules(written)?.[0]
    if (rule !== undefined) return understood({ kind: 'rule', rule })
    if (isCommand) return understood({ kind: 'run', user: null, argv: line.value }, taken(line))
    const person = findUser(this.server, written)
    if (person.kind === 'named') return understood({ kind: 'summary', user: person.value }, taken(person))
    return person.kind === 'ambiguous' ? person : null
  }

  /** Returns true for a line of a command that takes such arguments: words of a sentence may start with a command's name. */
  #isCommandLine(argv: readonly string[]): boolean {
    const command = this.server.target.table.resolve(argv)
    if (command === undefined) return false
    const most = command.arity < 0 ? Infinity : command.arity
    return argv.length <= most && !/\b(?:who|can|is|the|are|why|what)\b/.test(this.#joined)
  }

  /** Returns the text as it was written, of a part of the joined words. */
  #slice(from: number, to: number): string {
    let at = 0
    let start = -1
    let end = 0
    for (const word of this.words) {
      if (at + word.word.length > from && at < to) {
        if (start < 0) start = word.from
        end = word.to
      }
      at += word.word.length + 1
    }
    return start < 0 ? '' : this.text.slice(start, end)
  }

  #meaningOf(ask: Ask, match: RegExpExecArray): Understood {
    const part = (name: string): string | null => {
      const place = match.indices?.groups?.[name]
      return place === undefined ? null : this.#slice(place[0], place[1])
    }
    const { server } = this
    const written = part('user')
    // A name and a command line are hardly a sentence: nothing is corrected.
    if (ask === 'user-run' && server.users.get(fromText(written ?? '')) === undefined) return nothing('')
    const person = written === null ? null : findUser(server, written)
    if (person !== null && person.kind !== 'named') return person
    const user = person?.value ?? null
    const names = person === null ? [] : [person]
    switch (ask) {
      case 'run':
      case 'bare-run':
      case 'user-run':
      case 'why':
      case 'lets': {
        const line = findLine(
          server,
          part('line') ?? '',
          ask !== 'run' && ask !== 'why' && ask !== 'lets' && match.groups?.['line']?.includes(' ') === true,
        )
        if (line.kind !== 'named') return line
        if (ask === 'run' || ask === 'bare-run' || ask === 'user-run')
          return understood({ kind: 'run', user, argv: line.value }, taken(...names, line))
        if (user === null || (line.value[0] ?? '').startsWith('@')) return nothing(unknown)
        const kind = ask === 'why' ? 'why-denied' : 'what-lets'
        return understood({ kind, user, argv: line.value }, taken(...names, line))
      }
      case 'read':
      case 'write':
      case 'access':
      case 'delete':
        return this.#keys(ask, user, part, names)
      case 'channels':
        return understood(
          { kind: 'channels', user, pattern: fromText(unquoted(part('channel') ?? '')) },
          taken(...names),
        )
      case 'publish':
      case 'subscribe': {
        const pattern = fromText(unquoted(part('channel') ?? ''))
        const argv =
          ask === 'publish' ? ['publish', pattern] : [/[*?[]/.test(pattern) ? 'psubscribe' : 'subscribe', pattern]
        return understood({ kind: 'run', user, argv }, taken(...names))
      }
      case 'become': {
        const other = server.users.get(fromText(unquoted(part('other') ?? '')))
        if (other === undefined) return nothing(`There is no user ${part('other') ?? ''}.`)
        return understood({ kind: 'become', user, other: other.name }, taken(...names))
      }
      case 'summary':
        return user === null ? nothing(unknown) : understood({ kind: 'summary', user }, taken(...names))
      case 'is-off':
        return understood({ kind: 'users', list: 'are off' }, taken(...names))
      case 'what-if': {
        const rules = findRules(part('rules') ?? '')
        if (user === null || rules === null) return nothing(`${part('rules') ?? ''} is not a list of rules.`)
        return understood({ kind: 'what-if', user, rules }, taken(...names))
      }
      case 'category':
      case 'categories-both':
      case 'categories-but':
        return this.#category(ask, part('a') ?? '', part('b'))
      case 'categories-of': {
        const line = findLine(server, part('command') ?? '')
        const command = line.kind === 'named' ? server.target.table.resolve(line.value) : undefined
        if (line.kind !== 'named') return line
        if (command === undefined || line.value.length > command.name.split('|').length) return nothing(unknown)
        const category = part('category')
        const inside = category === null ? null : findCategory(server, category)
        if (inside !== null && inside.kind !== 'named') return inside
        return understood({ kind: 'categories', command: command.name }, taken(line))
      }
      case 'rule': {
        const rules = findRules(part('rules') ?? '')
        const [rule] = rules ?? []
        return rule === undefined || rules?.length !== 1 ? nothing('') : understood({ kind: 'rule', rule })
      }
      case 'difference': {
        const ruleOf = (text: string): string => (text.startsWith('@') ? `+${text}` : text)
        const [a, b] = [findRules(ruleOf(part('a') ?? '')), findRules(ruleOf(part('b') ?? ''))]
        const [one, other] = [a?.[0], b?.[0]]
        if (one === undefined || other === undefined)
          return nothing(
            `${a === null ? part('a') : part('b')} is not a rule. The difference of two rules can be asked for.`,
          )
        return understood({ kind: 'difference', rules: [one, other] })
      }
    }
  }

  #keys(
    ask: 'read' | 'write' | 'access' | 'delete',
    user: string | null,
    part: (name: string) => string | null,
    names: readonly Named<unknown>[],
  ): Understood {
    const [prefix, explicit, bare] = [part('prefix'), part('keys'), part('bare')].map((text) => text && unquoted(text))
    if (explicit != null && (sentenceWords.has(explicit) || /^commands?$/i.test(explicit))) return nothing(unknown)
    const who = user === null ? 'who can' : `can ${toText(user)}`
    const pattern = prefix != null ? `${prefix}${prefix.endsWith('*') ? '' : '*'}` : (explicit ?? bare ?? '*')
    if (ask === 'delete') {
      if (!/[*?[]/.test(pattern))
        return understood({ kind: 'run', user, argv: ['del', fromText(pattern)] }, taken(...names))
      const why = 'Deleting many keys is no permission of its own.'
      return { kind: 'ambiguous', why, choices: [`${who} write keys ${pattern}`, `${who} run DEL`] }
    }
    const isUser = bare != null && this.server.users.get(fromText(bare)) !== undefined
    if (bare != null && (isUser || !namesKeys.test(bare))) {
      const why = `${bare} may be the name of a key, or not.`
      return { kind: 'ambiguous', why, choices: bare.startsWith('@') ? [] : [`${who} ${ask} keys ${bare}`] }
    }
    return understood({ kind: 'keys', user, need: needOf[ask], pattern: fromText(pattern) }, taken(...names))
  }

  #category(ask: 'category' | 'categories-both' | 'categories-but', first: string, second: string | null): Understood {
    const name = findCategory(this.server, first)
    if (name.kind !== 'named') return name
    const other = second === null ? null : findCategory(this.server, second)
    if (other !== null && other.kind !== 'named') return other
    return understood(
      {
        kind: 'category',
        name: name.value,
        other: other === null ? null : { name: other.value, isIn: ask === 'categories-both' },
      },
      taken(name, ...(other === null ? [] : [other])),
    )
  }
}
