import { fromText, lower } from '../../acl/bytes'
import { commandTitle } from '../command-title'
import type { Fix } from '../diagnostic'
import { wordRules } from '../explain-rule'
import { allNearest } from '../nearest'
import {
  cut,
  isHash,
  named,
  nameOf,
  remove,
  replace,
  takesAway,
  wordBefore,
  wordsOf,
  write,
  writeBoth,
  type Case,
  type Remedy,
} from './case'

/** Words of other programs, and the rules that they stand for. */
const called: Readonly<Record<string, string>> = {
  enable: 'on',
  enabled: 'on',
  active: 'on',
  disable: 'off',
  disabled: 'off',
  nopassword: 'nopass',
  'no-pass': 'nopass',
  'no-password': 'nopass',
}

/** Handles a word that lacks its sign or is misspelt; null where it is like nothing. */
export function unsigned(problem: Case): Remedy | null {
  const { token, target } = problem
  const hint = `${target.label} does not know this rule.`
  const word = lower(fromText(token))
  const words = wordRules.flatMap(({ word, needs }) =>
    needs === undefined || target.behaviours[needs] === true ? [word] : [],
  )
  const [known] = Object.hasOwn(called, word) ? [called[word] ?? word] : []
  const meant = known === undefined ? allNearest(word, words) : [known]
  if (meant.length > 0)
    return {
      hint,
      fixes: [
        ...[...meant].sort((a, b) => Number(takesAway(b)) - Number(takesAway(a))).map((one) => write(problem, one)),
        ...(meant.some(takesAway) ? [] : remove(problem)),
      ],
    }
  if (isHash(token))
    return {
      hint: 'A password hash follows #.',
      fixes: [replace(problem, 'Write it after #', `#${token.toLowerCase()}`), ...remove(problem)],
    }
  return part(problem, word) ?? command(problem, word) ?? pattern(problem) ?? password(problem)
}

/** Commands whose first argument is a subcommand, for releases whose tables do not say so. */
const containers: ReadonlySet<string> = new Set(
  'acl client cluster command config debug latency memory module object pubsub script slowlog xgroup xinfo'.split(' '),
)

const isRuleWord = (text: string): boolean => wordRules.some(({ word }) => word === text)

/** Handles `+config get`: a subcommand behind its command, as in a command line. */
function part(problem: Case, word: string): Remedy | null {
  const { table } = problem.target
  const before = wordBefore(problem)
  const [, sign = '', name = '', other] = /^([+-])([\w.-]+)(\|[\w.-]+)?$/.exec(before?.text.toLowerCase() ?? '') ?? []
  const { hasSubcommandRules } = problem.target.behaviours
  const isPart = hasSubcommandRules
    ? table.find(`${name}|${word}`) !== undefined
    : other === undefined &&
      containers.has(name) &&
      table.find(name) !== undefined &&
      /^[a-z-]+$/.test(word) &&
      !isRuleWord(word)
  if (before === null || !isPart) return null
  const isCommand = table.find(word) !== undefined
  const title = commandTitle(name)
  const asPart = `${sign}${name}|${word}`
  if (sign === '-' && !hasSubcommandRules)
    return {
      hint: `${problem.target.label} cannot deny a part of ${title}: deny it, and allow the parts that are needed.`,
      fixes: [
        ...(isCommand ? [write(problem, `-${word}`)] : []),
        cut(problem, problem.span, `Remove ${word} (all of ${title} stays denied)`),
      ],
    }
  const joined = other === undefined ? writeBoth(problem, before, asPart) : write(problem, asPart)
  const whole = other === undefined ? `, and ${sign === '+' ? 'allow' : 'deny'} all of ${title}` : ''
  const separate: readonly Fix[] = isCommand ? [replace(problem, `Write ${sign}${word}${whole}`, `${sign}${word}`)] : []
  return {
    hint: `A part of ${title} is written with |: ${asPart}.`,
    fixes: sign === '+' ? [joined, ...separate] : [...separate, joined],
  }
}

/** Handles `get` and `@read`. After rules that deny, and where everything is allowed already, a denial may be meant. */
function command(problem: Case, word: string): Remedy | null {
  const { table } = problem.target
  const isCategory = word.startsWith('@')
  const found = isCategory
    ? word === '@all' || table.inCategory(word.slice(1)) !== undefined
    : table.find(word) !== undefined
  if (!found) return null
  const rules = wordsOf(problem).filter(
    ({ to, text }) => (to <= problem.span.from && /^[+-]./.test(text)) || /^(?:all|no)commands$/i.test(text),
  )
  const all = rules.findLast(({ text }) => /^(?:[+-]@all|(?:all|no)commands)$/i.test(text))
  const last = rules.at(-1)
  const mayDeny = (last !== all && last?.text.startsWith('-') === true) || /^(?:\+|all)/.test(all?.text ?? '')
  return {
    hint: `${problem.target.label} does not know this rule. A ${isCategory ? 'category' : 'command'} is allowed with +, and denied with -.`,
    fixes: mayDeny
      ? [write(problem, `-${word}`), write(problem, `+${word}`)]
      : [write(problem, `+${word}`), ...remove(problem)],
  }
}

/** Handles `app:*`. */
function pattern(problem: Case): Remedy | null {
  const { token, target } = problem
  if (!/^[\w.-]+[:/]\S*$|^[\w.:/-]+\*$/.test(token)) return null
  const before =
    wordsOf(problem).findLast(({ to, text }) => to <= problem.span.from && /^(?:~|&|%\w+~)./.test(text))?.text ?? ''
  const { hasChannels, allChannelsByDefault } = target.behaviours
  const access = /^%(?:r|w)~/i.exec(before)?.[0]
  const channel = hasChannels && !allChannelsByDefault ? ['&'] : []
  const signs = before.startsWith('&')
    ? [...channel, '~']
    : [...(access === undefined ? [] : [access]), '~', ...channel]
  return {
    hint: `${target.label} does not know this rule. A key pattern starts with ~, a channel with &.`,
    fixes: [...signs.map((sign) => write(problem, sign + token)), ...remove(problem)],
  }
}

/** Handles `on Str0ngp4ss`: a password without its sign. */
function password(problem: Case): Remedy | null {
  const { token, line, span } = problem
  const start = line.text.slice(0, span.from - line.from)
  const isInSelector = /\([^)]*$/.test(start)
  const others = wordsOf(problem).filter(({ from }) => from !== span.from)
  const hasLogIn = others.some(({ text }) => /^[>#]|^nopass$/i.test(text))
  const looksSo = /^(?=.*[a-z])(?=.*[\d!$^*_=?.@])\S{6,}$/i.test(token)
  if (isInSelector || nameOf(line) === null || (hasLogIn && !looksSo) || /^(?:[^\w$^*=?.].*|\d{1,3})$/.test(token))
    return null
  return {
    hint: `${problem.target.label} does not know this rule. A password follows >, and its hash #.`,
    fixes: [replace(problem, 'Write > before it', `>${token}`), cut(problem, span, `Remove ${named(token)}`)],
  }
}
