import { fromText, lower, type Bytes } from '../../acl/bytes'
import type { Access } from '../../acl/command'
import { hashPassword } from '../../acl/password'
import { channelGrant, keyGrant, parseRule } from '../../acl/rule'
import { wordRules } from '../explain-rule'
import { nearest } from '../nearest'
import { remove, replace, wordAfter, wordBefore, wordsOf, write, type Case, type Remedy } from './case'

const isHash = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text)

/** Returns the advice on an invalid hash. */
export function badHash(problem: Case): Remedy {
  const { token, span, line } = problem
  if (token === '#') {
    const after = wordAfter(problem)
    if (after !== null && isHash(after.text))
      return {
        hint: 'No blank stands between # and the hash.',
        fixes: [
          {
            label: 'Write the hash after the #',
            edits: [{ from: span.from, to: after.to, insert: `#${after.text.toLowerCase()}` }],
          },
        ],
      }
    const rest = { from: span.from - 1, to: line.from + line.text.trimEnd().length, insert: '' }
    return {
      hint: 'A # starts a password hash: a comment cannot follow rules.',
      fixes: [{ label: 'Remove the rest of the line', edits: [rest] }],
    }
  }
  const value = token.slice(1)
  if (isHash(value))
    return {
      hint: 'The digits of a hash are wanted in small letters.',
      fixes: [replace(problem, 'Write it in small letters', token.toLowerCase())],
    }
  const hint = 'A hash is the SHA-256 of the password, as 64 hexadecimal digits. A plain-text password follows >.'
  if (token.startsWith('!') || value === '' || /^[0-9a-f]{40,}$/i.test(value)) return { hint, fixes: remove(problem) }
  return {
    hint,
    fixes: [
      replace(problem, 'Take it as the password, and write its hash', `#${hashPassword(fromText(value))}`),
      ...remove(problem),
    ],
  }
}

/**
 * Returns the advice on a pattern after a rule that grants everything. Where only the server's default grants it,
 * removing the pattern would grant more than the text asks for.
 */
export function afterAll(problem: Case): Remedy {
  const isChannel = problem.token.startsWith('&')
  const reset = isChannel ? 'resetchannels' : 'resetkeys'
  const grantOf = (text: string): { readonly pattern: Bytes; readonly access: Access } | null => {
    const rule = parseRule(fromText(text))
    const channel = channelGrant(rule)
    return !isChannel ? keyGrant(rule) : channel === null ? null : { pattern: channel, access: 3 }
  }
  const before = wordsOf(problem).filter(({ to }) => to <= problem.span.from)
  const granted = before.findLastIndex(({ text }) => {
    const grant = grantOf(text)
    return grant?.pattern === '*' && grant.access === 3
  })
  const first = before.slice(granted + 1).find(({ text }) => grantOf(text) !== null)
  const at = first?.from ?? problem.span.from
  const narrow = {
    label: `Put ${reset} before ${first?.text ?? 'it'}`,
    edits: [{ from: at, to: at, insert: `${reset} ` }],
  }
  if (granted >= 0)
    return {
      hint: 'Everything was granted before, so a further pattern would say nothing.',
      fixes: [...remove(problem), narrow],
    }
  return {
    hint: `${problem.target.label} grants a new user every channel, so a further pattern would say nothing.`,
    fixes: [narrow, ...remove(problem, `Remove ${problem.token} (leaves every channel)`)],
  }
}

/** Returns the advice on a syntax error. */
export function syntax(problem: Case): Remedy | null {
  const { token, target, line } = problem
  if (/^["']/.test(token))
    return {
      hint: 'users.acl knows no quotes: they are part of the word. In redis.conf they would be read.',
      fixes: [replace(problem, 'Remove the quotes', token.replace(/["']/g, ''))],
    }
  const spaced = /^(\s*user)( {2,})(?=\S)/.exec(line.text)
  if (spaced?.[1] !== undefined && spaced[2] !== undefined) {
    const from = line.from + spaced[1].length
    return {
      hint: 'Two spaces after user leave the name empty: it stands between them.',
      fixes: [{ label: 'Write one space', edits: [{ from, to: from + spaced[2].length, insert: ' ' }] }],
    }
  }
  const rights = /^(%[rw]{1,2})([^~]+)$/i.exec(token)
  if (rights && target.behaviours.hasSelectors)
    return {
      hint: 'Between % and the pattern stand the letters and a ~.',
      fixes: [write(problem, `${rights[1]}~${rights[2]}`), ...remove(problem)],
    }
  return token === '' || /\s/.test(token)
    ? null
    : (joined(problem) ??
        listed(problem) ??
        unsigned(problem) ?? { hint: `${target.label} does not know this rule.`, fixes: remove(problem) })
}

/** Handles `> pw`, `~ app:*`: the sign and its value as two words. */
function joined(problem: Case): Remedy | null {
  const before = wordBefore(problem)
  if (before === null || !/^(?:[>#<!~&+-]|%\w+~)$/.test(before.text)) return null
  const insert = before.text + problem.token
  const secret = /^[><]$/.test(before.text)
  return {
    hint: `No blank stands between ${before.text} and ${secret ? 'the password' : 'what it is about'}.`,
    fixes: [
      {
        label: secret ? 'Write the password after it' : `Write ${insert}`,
        edits: [{ from: before.from, to: problem.span.to, insert }],
      },
      // A lone > is the empty password.
      ...(secret ? [] : remove(problem)),
    ],
  }
}

/** Handles `on,nopass`: several rules in one word. */
function listed(problem: Case): Remedy | null {
  const parts = problem.token.split(/[,;]+/).filter((part) => part !== '')
  if (!/[,;]/.test(problem.token) || parts.length === 0) return null
  return {
    hint: 'Rules are separated by blanks, not by commas.',
    fixes: [write(problem, parts.join(' ')), ...remove(problem)],
  }
}

/** Handles a word that lacks its sign or is misspelt. */
function unsigned(problem: Case): Remedy | null {
  const { token, target } = problem
  const hint = `${target.label} does not know this rule.`
  const word = lower(fromText(token))
  const words = wordRules.flatMap(({ word, needs }) =>
    needs === undefined || target.behaviours[needs] === true ? [word] : [],
  )
  const meant = nearest(word, words)
  if (meant !== null) return { hint, fixes: [write(problem, meant), ...remove(problem)] }
  if (isHash(token))
    return {
      hint: 'A password hash follows #.',
      fixes: [replace(problem, 'Write it after #', `#${token.toLowerCase()}`), ...remove(problem)],
    }
  const name = word.startsWith('@') ? word.slice(1) : word
  if (word.startsWith('@') ? target.table.inCategory(name) !== undefined : target.table.find(name) !== undefined)
    return {
      hint: `${hint} A ${word.startsWith('@') ? 'category' : 'command'} is allowed with +, and taken away with -.`,
      fixes: [write(problem, `+${word}`), ...remove(problem)],
    }
  if (/^[\w.-]+[:/]\S*$|^[\w.:/-]+\*$/.test(token))
    return {
      hint: `${hint} A key pattern starts with ~, a channel with &.`,
      fixes: [write(problem, `~${token}`), ...remove(problem)],
    }
  return null
}
