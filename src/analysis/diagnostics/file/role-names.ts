import { aclWords, AclLines, trimRule } from '../../../acl/aclfile'
import { fromText, toText, type Bytes } from '../../../acl/bytes'
import { parseRule, readRoles } from '../../../acl/rule'
import type { Fix } from '../../diagnostic'
import type { AclText, FileCheck, FileReport, PlacedLine } from './acl-file'

/** The line of a role, and the place of its name in the file. Names of roles are ASCII. */
interface RoleLine {
  readonly name: Bytes
  readonly line: PlacedLine
  readonly from: number
  readonly to: number
}

function roleLines({ lines, target }: AclText): RoleLine[] {
  if (!target.behaviours.hasRoles) return []
  return lines.flatMap((line): RoleLine[] => {
    // Lines of users are many, and most of them name roles.
    if (!/^\s*role\s/.test(line.checked.text)) return []
    const bytes = fromText(line.checked.text)
    const read = new AclLines(bytes)
    const [keyword, name] = read.next() ? aclWords(bytes, read.from, read.to) : []
    if (keyword?.text !== 'role' || name === undefined || name.text === '') return []
    return [{ name: name.text, line, from: line.from + name.from, to: line.from + name.to }]
  })
}

/** Returns the roles that the users of a file hold, and those that any of its rules name: these must stay defined. */
function usedRoles({ lines }: AclText): { readonly held: ReadonlySet<Bytes>; readonly named: ReadonlySet<Bytes> } {
  const held = new Set<Bytes>()
  const named = new Set<Bytes>()
  for (const { checked } of lines) {
    if (checked.name === null || !/role=/i.test(checked.text)) continue
    let last: readonly Bytes[] = []
    for (const word of fromText(checked.text).split(' ')) {
      if (!/role=|reset/i.test(word)) continue
      const rule = parseRule(trimRule(word))
      const names = rule.kind === 'roles' ? readRoles(rule.list, () => true) : null
      if (names !== null && typeof names !== 'string') for (const name of (last = names)) named.add(name)
      else if (rule.kind === 'reset' && (rule.of === 'roles' || rule.of === 'user')) last = []
    }
    for (const name of last) held.add(name)
  }
  return { held, named }
}

/** A role that no user of the file holds. */
export const unusedRole: FileCheck = {
  code: 'unused-role',
  severity: 'info',
  check: (file) => {
    const roles = roleLines(file)
    if (roles.length === 0) return []
    const { held, named } = usedRoles(file)
    return roles
      .filter(({ name }) => !held.has(name))
      .map(({ name, line, from, to }) => ({
        message: `No user has the role ${toText(name)}.`,
        hint: 'Give it to a user by role=…, or remove it.',
        line: line.number,
        from,
        to,
        user: null,
        fixes: named.has(name) ? [] : [removeLine(line, file.text)],
      }))
  },
}

function removeLine({ from, checked }: PlacedLine, text: string): Fix {
  return {
    label: 'Remove the role',
    edits: [{ from, to: Math.min(from + checked.text.length + 1, text.length), insert: '' }],
  }
}

/** A role with the name of a user of the file. */
export const roleNamedAsUser: FileCheck = {
  code: 'role-named-as-user',
  severity: 'info',
  check: (file) => {
    const roles = roleLines(file)
    if (roles.length === 0) return []
    const users = new Map(file.lines.map(({ checked, number }) => [checked.name?.text, number]))
    return roles.flatMap(({ name, line, from, to }): FileReport[] => {
      const user = users.get(name)
      if (user === undefined) return []
      return [
        {
          message: `The role ${toText(name)} and the user of line ${user} have the same name, but are two things.`,
          hint: 'A user holds a role only by role=…. Rename one of them, so that nobody confuses the two.',
          line: line.number,
          from,
          to,
          user: null,
          fixes: [],
        },
      ]
    })
  },
}
