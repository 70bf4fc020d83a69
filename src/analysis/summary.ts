import type { Bytes } from '../acl/bytes'
import { READ, WRITE, type Access, type Command } from '../acl/command'
import type { Selector } from '../acl/selector'
import type { User } from '../acl/user'
import type { Target } from '../targets/target'
import { heldEscalations } from './escalation'
import { keyNeeds, patternsAllow } from './key-access/needs'
import { permissionSet, runnable } from './permissions'
import { channelPhrase, commandPhrase, keyPhrase, list, userPhrase, words, type Phrase } from './phrase'

/** A fact about a user, to follow its name: `can read every key`. */
export interface SummaryFact {
  readonly code:
    'login' | 'commands' | 'dangerous' | 'keys' | 'key-names' | 'wipe' | 'channels' | 'databases' | 'escalation'
  /** `good`: an effective limit; `warning`: wider than it looks; `danger`: bypasses other limits. */
  readonly tone: 'plain' | 'good' | 'warning' | 'danger'
  readonly phrases: readonly Phrase[]
}

/** The number of patterns that a sentence names before it only counts the others. */
const MOST_NAMED = 4

/** Returns facts on what a user can do, by what its rules allow in the target's command table. */
export function summarize(user: User, target: Target): SummaryFact[] {
  return [
    loginFact(user),
    commandFact(user),
    ...dangerousFact(user),
    ...keyFacts(user, target),
    ...namesFacts(user),
    ...channelFacts(user, target),
    ...databaseFacts(user, target),
    ...escalationFacts(user),
  ]
}

/** Returns the facts as one sentence: `app can log in with its password; can run 240 of 410 commands; …`. */
export function summaryParagraph(user: User, target: Target): Phrase[] {
  const facts = summarize(user, target)
  return [
    userPhrase(user.name),
    words(' '),
    ...facts.flatMap(({ phrases }, i) => [...(i > 0 ? [words('; ')] : []), ...phrases]),
    words('.'),
  ]
}

const fact = (
  code: SummaryFact['code'],
  tone: SummaryFact['tone'],
  ...phrases: readonly (string | Phrase)[]
): SummaryFact => ({
  code,
  tone,
  phrases: phrases.map((part) => (typeof part === 'string' ? words(part) : part)),
})

function loginFact(user: User): SummaryFact {
  const count = user.passwords.length
  if (!user.enabled) return fact('login', 'good', 'cannot log in, since it is ', { text: 'off', kind: 'flag' })
  if (user.nopass)
    return fact(
      'login',
      'danger',
      user.name === 'default' ? 'needs no password: every new connection is it' : 'can log in with any password',
    )
  if (count === 0) return fact('login', 'good', 'cannot log in, since it has no password')
  return fact(
    'login',
    'plain',
    count === 1 ? 'can log in with its password' : `can log in with any of its ${count} passwords`,
  )
}

function commandFact(user: User): SummaryFact {
  const set = permissionSet(user)
  const all = runnable(user.space.table.commands)
  // Commands that need no permission do not count.
  const given = all.filter((command) => user.selectors.some(({ commands }) => commands.has(command.index))).length
  const partly = all.filter((command) => set.cell(command) === 'some').length
  if (given === 0 && partly === 0) return fact('commands', 'good', 'can run no command')
  const some = partly === 0 ? '' : `, and ${partly} more with some arguments`
  return fact(
    'commands',
    'plain',
    set.count === all.length ? 'can run every command' : `can run ${given} of ${all.length} commands${some}`,
  )
}

function dangerousFact(user: User): SummaryFact[] {
  const set = permissionSet(user)
  const dangerous = runnable(user.space.table.commands).filter(
    ({ categories, flags }) => categories.includes('dangerous') && !flags.has('no_auth'),
  )
  const refused = dangerous.filter((command) => set.cell(command) === 'none').length
  if (dangerous.length === 0) return []
  if (refused === 0) return [fact('dangerous', 'danger', `all ${dangerous.length} dangerous ones among them`)]
  if (refused === dangerous.length)
    return [fact('dangerous', 'good', `cannot run any of the ${refused} dangerous commands`)]
  return [
    fact(
      'dangerous',
      'plain',
      `can run ${dangerous.length - refused} dangerous command${dangerous.length - refused === 1 ? '' : 's'}, and cannot run ${refused}`,
    ),
  ]
}

/** Returns the patterns of keys that some command can read or write; `*` and the empty name for all. */
function reached(user: User, target: Target, does: Access): Set<Bytes> {
  const needs = keyNeeds(target).filter((need) => (need.does & does) !== 0)
  const reaches = (selector: Selector, access: Access): boolean =>
    needs.some(
      (need) =>
        (access & need.needs) === need.needs &&
        (selector.commands.has(need.command.index) || selector.commands.firstArgs.has(need.command.index)) &&
        patternsAllow(selector, target, need.command, need),
    )
  const found = new Set<Bytes>()
  for (const selector of user.selectors) {
    if (selector.allKeys && reaches(selector, 3)) found.add('*').add('')
    for (const { pattern, access } of selector.keys) if (reaches(selector, access)) found.add(pattern)
  }
  return found.has('*') ? new Set(found.has('') ? ['*', ''] : ['*']) : found
}

function keyFacts(user: User, target: Target): SummaryFact[] {
  const reads = reached(user, target, READ)
  const writes = reached(user, target, WRITE)
  if (reads.size === 0 && writes.size === 0) return [fact('keys', 'good', 'can neither read nor write any key')]
  const same = reads.size === writes.size && [...reads].every((pattern) => writes.has(pattern))
  if (same) return [fact('keys', 'plain', 'can read and write ', ...keysPhrases(reads))]
  return [
    reads.size === 0
      ? fact('keys', 'good', 'can read no key')
      : fact('keys', 'plain', 'can read ', ...keysPhrases(reads)),
    writes.size === 0
      ? fact('keys', 'good', 'can write no key')
      : fact('keys', 'plain', 'can write ', ...keysPhrases(writes)),
  ]
}

/** Formats key patterns: `every key`, `keys under app:`, `the key config`, `keys that match a?b`. */
function keysPhrases(patterns: ReadonlySet<Bytes>): Phrase[] {
  return patternPhrases([...patterns], 'key', keyPhrase)
}

function patternPhrases(
  patterns: readonly Bytes[],
  noun: 'key' | 'channel',
  phraseOf: (text: Bytes) => Phrase,
): Phrase[] {
  // No pattern matches the empty name, which allkeys grants.
  if (patterns.includes('*'))
    return [words(`every ${noun}${noun === 'channel' || patterns.includes('') ? '' : ' whose name is not empty'}`)]
  const groups = (['under', 'alone', 'match'] as const).flatMap((kind) => {
    const members = patterns
      .filter((pattern) => kindOf(pattern) === kind)
      .map((pattern) => phraseOf(kind === 'under' ? pattern.slice(0, -1) : pattern))
    if (members.length === 0) return []
    const shown =
      members.length > MOST_NAMED
        ? [...members.slice(0, MOST_NAMED - 1), words(`${members.length - MOST_NAMED + 1} more`)]
        : members
    const lead =
      kind === 'under'
        ? `${noun}s under `
        : kind === 'match'
          ? `${noun}s that match `
          : members.length === 1
            ? `the ${noun} `
            : `the ${noun}s `
    return [[words(lead), ...list(shown)]]
  })
  return groups.flatMap((group, i) => [...(i > 0 ? [words(i === groups.length - 1 ? ' and ' : ', ')] : []), ...group])
}

function kindOf(pattern: Bytes): 'under' | 'alone' | 'match' {
  if (/^[^*?[\\]+\*$/.test(pattern)) return 'under'
  return /[*?[\\]/.test(pattern) ? 'match' : 'alone'
}

function allows(user: User, ...names: readonly string[]): Command[] {
  return names.flatMap((name) => {
    const command = user.space.table.find(name)
    return command !== undefined && user.selectors.some(({ commands }) => commands.has(command.index)) ? [command] : []
  })
}

const commandList = (commands: readonly Command[]): Phrase[] => list(commands.map(({ name }) => commandPhrase(name)))

function namesFacts(user: User): SummaryFact[] {
  const limited = user.selectors.every(({ allKeys }) => !allKeys)
  const names = allows(user, 'keys', 'scan', 'randomkey')
  const wipes = allows(user, 'flushall', 'flushdb', 'swapdb')
  return [
    ...(names.length > 0
      ? [
          fact(
            'key-names',
            limited ? 'warning' : 'plain',
            'can list the names of all keys (',
            ...commandList(names),
            ')',
          ),
        ]
      : []),
    ...(wipes.length > 0
      ? [fact('wipe', 'warning', 'can wipe or swap whole databases (', ...commandList(wipes), ')')]
      : []),
  ]
}

/** Returns the channel patterns of selectors that allow one of the commands. */
function channelsOf(user: User, target: Target, names: readonly string[]): Bytes[] {
  const found = new Set<Bytes>()
  for (const { commands, allChannels, channels } of user.selectors) {
    const runs = names.some((name) => {
      const command = target.table.find(name)
      return command !== undefined && (commands.has(command.index) || commands.firstArgs.has(command.index))
    })
    if (!runs) continue
    if (allChannels || !target.behaviours.hasChannels) found.add('*')
    for (const { pattern } of channels) found.add(pattern)
  }
  return [...found]
}

function channelFacts(user: User, target: Target): SummaryFact[] {
  const publish = channelsOf(user, target, ['publish', 'spublish'])
  const subscribe = channelsOf(user, target, ['subscribe', 'ssubscribe', 'psubscribe'])
  if (publish.length === 0 && subscribe.length === 0)
    return [fact('channels', 'good', 'can publish nowhere and subscribe to nothing')]
  if (publish.join(' ') === subscribe.join(' ')) {
    return [
      fact('channels', 'plain', 'can publish and subscribe to ', ...patternPhrases(publish, 'channel', channelPhrase)),
    ]
  }
  return [
    publish.length === 0
      ? fact('channels', 'good', 'can publish nowhere')
      : fact('channels', 'plain', 'can publish to ', ...patternPhrases(publish, 'channel', channelPhrase)),
    subscribe.length === 0
      ? fact('channels', 'good', 'can subscribe to nothing')
      : fact('channels', 'plain', 'can subscribe to ', ...patternPhrases(subscribe, 'channel', channelPhrase)),
  ]
}

function databaseFacts(user: User, target: Target): SummaryFact[] {
  if (!target.behaviours.hasDatabases || user.selectors.some(({ allDatabases }) => allDatabases)) return []
  const numbers = [...new Set(user.selectors.flatMap(({ databases }) => databases))].sort((a, b) => a - b)
  if (numbers.length === 0) return [fact('databases', 'good', 'can use no database')]
  const names = list(numbers.map((db) => ({ text: String(db), kind: 'flag' as const })))
  return [
    fact(
      'databases',
      'good',
      numbers.length === 1 ? 'all that only in database ' : 'all that only in databases ',
      ...names,
    ),
  ]
}

/** Returns a fact for each escalation, or a single one where there are many, as for an administrator. */
function escalationFacts(user: User): SummaryFact[] {
  const held = heldEscalations(user)
  if (held.length <= MOST_NAMED)
    return held.map(({ what, command }) =>
      fact('escalation', 'danger', `can ${what} (`, commandPhrase(command.name), ')'),
    )
  const names = [...new Set(held.map(({ command }) => command.name))]
  const named = names.slice(0, MOST_NAMED - 1)
  return [
    fact(
      'escalation',
      'danger',
      'can get around any limit (',
      ...list([...named.map(commandPhrase), words(`${names.length - named.length} more such commands`)]),
      ')',
    ),
  ]
}
