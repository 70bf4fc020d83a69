import { fromText, toText, type Bytes } from '../acl/bytes'
import { roleNameFault } from '../acl/role'
import type { Edit } from './diagnostic'
import type { PolicyExpectation } from './expectations/expectation'
import { parseExpectations } from './expectations/parse'
import { eachLine, inCommands, nameInAcl, nameInConf, wordsOf, type NamedTexts, type RenameEdits } from './rename-user'

/**
 * Returns the reason why a role cannot be renamed; null where it can be.
 * @param taken the names of the existing roles
 */
export function roleRenameProblem(from: string, to: string, taken: Iterable<string>): string | null {
  const fault = roleNameFault(fromText(to))
  if (fault !== null) return `${fault}.`
  if (to === from) return `The role is already called ${from}.`
  return [...taken].includes(to) ? `There is already a role ${to}.` : null
}

/** Renames a role in all files: in its lines, in `role=` of users, in expectations about it, and in commands in them that name it. */
export function renameRole({ acl, conf, expect }: NamedTexts, from: string, to: string): RenameEdits {
  return {
    acl: sorted([...nameInAcl(acl, 'role', from, to), ...heldInAcl(acl, from, to)]),
    conf: sorted([...nameInConf(conf, 'role', from, to), ...heldInConf(conf, from, to)]),
    expect: inExpectations(expect, from, to),
  }
}

const sorted = (edits: readonly Edit[]): Edit[] => [...edits].sort((a, b) => a.from - b.from)

/** Returns the names that a rule gives as roles, with their offsets in the rule; none for other rules. */
export function rolesNamed(rule: string): { readonly name: string; readonly from: number; readonly to: number }[] {
  if (!/^role=/i.test(rule)) return []
  let from = 'role='.length
  return rule
    .slice(from)
    .split(',')
    .map((name) => {
      const one = { name, from, to: from + name.length }
      from += name.length + 1
      return one
    })
}

function heldInAcl(text: string, from: string, to: string): Edit[] {
  return eachLine(text).flatMap(({ line, start }) =>
    /^[ \t]*user /.test(line)
      ? [...line.matchAll(/[^ \t\r]+/g)].flatMap(({ 0: word, index }) => inRule(word, start + index, from, to))
      : [],
  )
}

function heldInConf(text: string, from: string, to: string): Edit[] {
  return eachLine(text).flatMap(({ line, start }) => {
    if (!/^\s*user\s/i.test(line)) return []
    return wordsOf(line).flatMap((word) => inWord(line, word, from, to).map((edit) => moved(edit, start)))
  })
}

const moved = (edit: Edit, by: number): Edit => ({ ...edit, from: edit.from + by, to: edit.to + by })

/** Returns edits of a rule that starts at `at`. */
const inRule = (rule: string, at: number, name: string, to: string): Edit[] =>
  rolesNamed(rule).flatMap((one) => (one.name === name ? [{ from: at + one.from, to: at + one.to, insert: to }] : []))

/** Returns edits of a word that may be quoted: then as a whole, without quotes, which no name of a role needs. */
function inWord(
  line: string,
  word: { readonly text: Bytes; readonly from: number; readonly to: number },
  name: string,
  to: string,
): Edit[] {
  const rule = toText(word.text)
  if (line.slice(word.from, word.to) === rule) return inRule(rule, word.from, name, to)
  const named = rolesNamed(rule)
  if (!named.some((one) => one.name === name) || named.some((one) => roleNameFault(fromText(one.name)) !== null))
    return []
  const list = named.map((one) => (one.name === name ? to : one.name)).join(',')
  return [{ from: word.from, to: word.to, insert: `role=${list}` }]
}

function inExpectations(text: string, from: string, to: string): Edit[] {
  return parseExpectations(text).expectations.flatMap((expectation) =>
    expectation.kind === 'policy'
      ? inSubject(text, expectation, from, to)
      : inCommands(text, expectation, (line) => inCommand(line, from, to)),
  )
}

function inSubject(text: string, { subject, places }: PolicyExpectation, from: string, to: string): Edit[] {
  if (!('role' in subject) || subject.role === undefined || toText(subject.role) !== from) return []
  const { from: start, to: end } = places.user
  const word = wordsOf(text.slice(start, end))[subject.kind === 'role' ? 1 : 3]
  const isWord = to === 'can' || to === 'cannot' || to.startsWith('#')
  return word === undefined ? [] : [{ from: start + word.from, to: start + word.to, insert: isWord ? `"${to}"` : to }]
}

const takesRoles = /^(?:setrole|getrole|delrole)$/

/** Returns edits for a command line that names the role: ACL SETROLE, GETROLE, DELROLE, and `role=` of ACL SETUSER. */
function inCommand(line: string, from: string, to: string): Edit[] {
  const words = wordsOf(line)
  const [command, sub] = words.map(({ text }) => text.toLowerCase())
  if (command !== 'acl' || sub === undefined) return []
  return words.flatMap((word, i) => {
    if (takesRoles.test(sub) && (i === 2 || (i > 2 && sub === 'delrole')))
      return toText(word.text) === from ? [{ from: word.from, to: word.to, insert: to }] : []
    return sub === 'setuser' && i > 2 ? inWord(line, word, from, to) : []
  })
}

/** Returns a session line with the role renamed. */
export function renamedRoleLine(line: string, from: string, to: string): string {
  return inCommand(line, from, to).reduceRight(
    (text, edit) => text.slice(0, edit.from) + edit.insert + text.slice(edit.to),
    line,
  )
}
