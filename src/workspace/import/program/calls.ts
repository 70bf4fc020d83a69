import { fromText } from '../../../acl/bytes'
import type { ImportCollector } from '../collect'
import { hole } from '../holes'
import { readSetUserWords } from '../setuser'
import type { Evaluator } from './evaluate'
import type { Entry, Value } from './values'

type Call = Extract<Value, { kind: 'call' }>

const setter = /^acl_?(set|del)_?user$/i
const sender =
  /^(?:do|call|acl|sendcommand|send_command|execute_command|executecommand|command|dispatch|execute|rawcommand|raw)$/i

/**
 * Reads a call that sets or deletes a user: redis-py, node-redis, ioredis, go-redis, Jedis, Lettuce and the like. Returns false
 * for another call.
 */
export function readCall({ name, args }: Call, evaluator: Evaluator, into: ImportCollector): boolean {
  const last = /\w*$/.exec(name)?.[0] ?? ''
  const given = args.filter(({ value }, i) => !(i === 0 && isContext(value)))
  const kind = setter.exec(last)?.[1]?.toLowerCase()
  if (kind !== undefined) {
    const keyed = given.filter(({ key }) => key !== null)
    const plain = given.filter(({ key }) => key === null)
    const named = keyed.find(({ key }) => key?.toLowerCase() === 'username' || key === 'name')
    const [first] = named === undefined ? plain.splice(0, 1) : [named]
    if (first === undefined) return false
    const users = evaluator.words(first.value)
    const rules = [
      ...plain.flatMap(({ value, isSpread }) =>
        isSpread
          ? [hole(evaluator.sourceOf(value))]
          : (lettuceRules(value, evaluator, into, users[0] ?? '') ?? evaluator.words(value)),
      ),
      ...options.flatMap((option) =>
        keyed
          .filter(({ key }) => key?.toLowerCase() === option)
          .flatMap((entry) => rulesOfOption(option, entry, evaluator)),
      ),
      ...keyed.filter(({ isSpread }) => isSpread).map(({ value }) => hole(evaluator.sourceOf(value))),
    ]
    const words = kind === 'del' ? [...users, ...rules] : [users[0] ?? hole(evaluator.sourceOf(first.value)), ...rules]
    readSetUserWords(['ACL', `${kind}user`, ...words].map(fromText), into)
    return true
  }
  if (!sender.test(last)) return false
  const words = given.flatMap(({ value, isSpread }) =>
    isSpread ? [hole(evaluator.sourceOf(value))] : wordsSent(value, evaluator),
  )
  if (/^acl$/i.test(last)) words.unshift('ACL')
  const split = /^acl (?:set|del)user$/i.test(words[0] ?? '')
    ? [...(words[0] ?? '').split(' '), ...words.slice(1)]
    : words
  if (!/^acl$/i.test(split[0] ?? '') || !/^(?:set|del)(?:user|role)$/i.test(split[1] ?? '')) return false
  readSetUserWords(split.map(fromText), into)
  return true
}

/** Returns true for the context that calls of Go start with. */
const isContext = (value: Value): boolean =>
  (value.kind === 'word' && /(?:^|\.)(?:ctx|context)$/i.test(value.name)) ||
  (value.kind === 'call' && /^(?:context|t|suite)\.\w+$/.test(value.name))

/** Returns the words of an argument; constants such as Protocol.Command.ACL are words themselves. */
function wordsSent(value: Value, evaluator: Evaluator): string[] {
  const constant =
    value.kind === 'word'
      ? /(?:Command|CommandType|Keyword|CommandKeyword)\.([A-Z]+)$/.exec(value.name)?.[1]
      : undefined
  if (constant !== undefined) return [constant]
  return value.kind === 'list' ? value.items.flatMap((item) => wordsSent(item, evaluator)) : evaluator.words(value)
}

/** The keyword arguments of redis-py, in the order it sends them. */
const options = [
  'reset',
  'reset_keys',
  'reset_channels',
  'reset_passwords',
  'enabled',
  'passwords',
  'hashed_passwords',
  'nopass',
  'categories',
  'commands',
  'keys',
  'channels',
  'selectors',
] as const

/** Returns the rules that a keyword argument of redis-py sends. */
function rulesOfOption(option: (typeof options)[number], { value }: Entry, evaluator: Evaluator): string[] {
  const tree = evaluator.tree(value)
  const flag = (on: string, off: string | null): string[] =>
    typeof tree === 'boolean'
      ? [tree ? on : off].filter((rule) => rule !== null)
      : tree === null
        ? []
        : [hole(evaluator.sourceOf(value))]
  const strings = evaluator.words(value)
  switch (option) {
    case 'enabled':
      return flag('on', 'off')
    case 'nopass':
    case 'reset':
      return flag(option, null)
    case 'reset_passwords':
      return flag('resetpass', null)
    case 'reset_keys':
      return flag('resetkeys', null)
    case 'reset_channels':
      return flag('resetchannels', null)
    case 'passwords':
      return strings.map((one) => (one.startsWith('-') ? `<${one.slice(1)}` : `>${one.replace(/^\+/, '')}`))
    case 'hashed_passwords':
      return strings.map((one) => (one.startsWith('-') ? `!${one.slice(1)}` : `#${one.replace(/^\+/, '')}`))
    case 'categories':
      return strings.map((one) => one.replace(/^([+-])(?!@)/, '$1@'))
    case 'commands':
      return strings
    case 'keys':
      return strings.map((one) => (/^[%~]/.test(one) ? one : `~${one}`))
    case 'channels':
      return strings.map((one) => (one.startsWith('&') ? one : `&${one}`))
    case 'selectors':
      // Each item is a pair of command and key pattern.
      return strings.flatMap((one, i) => (i % 2 === 0 ? [`(${one} ${strings[i + 1] ?? ''})`] : []))
  }
}

/** Returns the rules of a chain of Lettuce's AclSetuserArgs; null for another value. */
function lettuceRules(value: Value, evaluator: Evaluator, into: ImportCollector, user: string): string[] | null {
  if (value.kind !== 'call' || !/\bAclSetuserArgs\b/.test(evaluator.sourceOf(value))) return null
  const rules: string[] = []
  for (let call: Value | null = value; call !== null; call = call.kind === 'call' ? call.receiver : null) {
    if (call.kind !== 'call') break
    const method = /\w*$/.exec(call.name)?.[0] ?? ''
    if (method === 'AclSetuserArgs') break
    rules.unshift(lettuceRule(method, call, evaluator))
  }
  const takes = rules.some((rule) => rule.startsWith('-')) && rules.some((rule) => rule.startsWith('+'))
  if (takes || rules.some((rule) => /^reset/.test(rule)))
    into.note(
      'lost',
      fromText(user),
      'Lettuce may send rules in an order of its own. These were read in the order in which they are written: compare them with ACL GETUSER.',
    )
  return rules
}

function lettuceRule(method: string, { args }: Call, evaluator: Evaluator): string {
  const [first = '', second] = args.map(({ value }) =>
    value.kind === 'word'
      ? (/(?:^|\.)([A-Z][A-Z_0-9]*)$/.exec(value.name)?.[1] ?? hole(value.name))
      : (evaluator.words(value)[0] ?? ''),
  )
  const command = (second === undefined ? first : `${first}|${second}`).toLowerCase()
  switch (method) {
    case 'on':
    case 'off':
    case 'nopass':
    case 'reset':
      return method
    case 'allKeys':
    case 'resetKeys':
    case 'allChannels':
    case 'resetChannels':
    case 'allCommands':
      return method.toLowerCase()
    case 'noCommands':
      return 'nocommands'
    case 'keyPattern':
      return `~${first}`
    case 'channelPattern':
      return `&${first}`
    case 'addCommand':
      return `+${command}`
    case 'removeCommand':
      return `-${command}`
    case 'addCategory':
      return `+@${command}`
    case 'removeCategory':
      return `-@${command}`
    case 'addPassword':
      return `>${first}`
    case 'addHashedPassword':
      return `#${first}`
    case 'removePassword':
      return `<${first}`
    case 'removeHashedPassword':
      return `!${first}`
    default:
      return hole(`${method}(…)`)
  }
}
