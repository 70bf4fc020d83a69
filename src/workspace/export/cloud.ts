import { fromText, toText } from '../../acl/bytes'
import { parseRule } from '../../acl/rule'
import { inOrder } from '../../acl/load'
import type { User } from '../../acl/user'
import type { Target } from '../../targets/target'
import { rulesWithoutRoles } from '../../analysis/user-rules'
import { services } from '../../analysis/services/list'
import { hclString } from '../../analysis/escape/hcl'
import { holdRule, holdsName } from '../../analysis/user-line'
import { clip } from './rules'
import type { ExportNote } from './types'

type Part = { readonly text: string; readonly notes: readonly ExportNote[] }

interface CloudUser {
  readonly name: string
  readonly accessString: string
  readonly nopass: boolean
  readonly passwords: number
}

/** Selects what ElastiCache and MemoryDB support, with notes on the rest. */
function cloudUsers(users: Iterable<User>): { readonly users: readonly CloudUser[]; readonly notes: ExportNote[] } {
  const notes: ExportNote[] = [
    {
      kind: 'info',
      user: null,
      message: 'ElastiCache and MemoryDB refuse rules that name a command they do not offer.',
    },
  ]
  const out: CloudUser[] = []
  for (const user of inOrder(users)) {
    const rules = rulesWithoutRoles(user)
      .filter((text) => {
        const rule = parseRule(text)
        return rule.kind !== 'password' && (rule.kind !== 'flag' || rule.flag === 'on' || rule.flag === 'off')
      })
      .map(holdRule)
    const name = toText(user.name)
    if (!holdsName(user.name) || rules.some(({ kind }) => kind === 'lost')) {
      notes.push({
        kind: 'lost',
        user: clip(user.name),
        message:
          'A name that is empty, or a name or rules with white space or bytes that are not UTF-8, cannot be written. The user was left out.',
      })
      continue
    }
    for (const rule of rules) {
      const text = rule.kind === 'lost' ? '' : toText(rule.text)
      const why = services.elasticache.fault({ text, parsed: parseRule(fromText(text)) })
      if (why !== null) notes.push({ kind: 'info', user: name, message: `ElastiCache does not take ${text}: ${why}.` })
    }
    if (user.sanitize === 'skip-sanitize-payload')
      notes.push({ kind: 'lost', user: name, message: 'skip-sanitize-payload cannot be set there.' })
    if (user.roles.length > 0)
      notes.push({
        kind: 'info',
        user: name,
        message: 'There are no roles there: selectors of the same rules stand in their place.',
      })
    out.push({
      name,
      accessString: rules.map((rule) => (rule.kind === 'lost' ? '' : toText(rule.text))).join(' '),
      nopass: user.nopass,
      passwords: user.passwords.length,
    })
  }
  return { users: out, notes }
}

/** Writes access strings; with several users, each under its name. Passwords are not part of an access string. */
export function accessStrings(all: Iterable<User>): Part {
  const given = [...all]
  const { users, notes } = cloudUsers(given)
  for (const { name, passwords, nopass } of users) {
    if (passwords > 0)
      notes.push({
        kind: 'lost',
        user: name,
        message: 'Access strings hold no passwords. Set them when you make the user.',
      })
    if (nopass)
      notes.push({
        kind: 'lost',
        user: name,
        message: 'Access strings do not hold nopass. Choose “no password required” when you make the user.',
      })
  }
  const text =
    given.length === 1
      ? users.map(({ accessString }) => `${accessString}\n`).join('')
      : users.map(({ name, accessString }) => `# user ${name}\n${accessString}\n`).join('\n')
  return { text, notes }
}

/** Writes aws_elasticache_user resources. Passwords come from a variable, since only their hashes are known. */
export function terraform(all: Iterable<User>, { product }: Target): Part {
  const { users: supported, notes } = cloudUsers(all)
  const users = supported.filter(({ name, accessString }) => isNormal(name) && isNormal(accessString))
  for (const { name } of supported.filter((user) => !users.includes(user)))
    notes.push({
      kind: 'lost',
      user: name,
      message:
        'Terraform composes the accents in this name or its rules, which makes other bytes. The user was left out.',
    })
  const names = new Set<string>()
  const blocks = users.map((user) => {
    const id = uniqueId(user.name, names)
    if (user.passwords > 0)
      notes.push({
        kind: 'lost',
        user: user.name,
        message: 'ElastiCache takes passwords, not hashes. Give them in the variable elasticache_passwords.',
      })
    const auth = user.nopass
      ? '  no_password_required = true'
      : user.passwords > 0
        ? `  passwords            = var.elasticache_passwords[${hclString(user.name)}]`
        : ''
    return [
      `resource "aws_elasticache_user" "${id.replaceAll('-', '_')}" {`,
      `  user_id              = "${id}"`,
      `  user_name            = ${hclString(user.name)}`,
      `  engine               = ${hclString(product)}`,
      `  access_string        = ${hclString(user.accessString)}`,
      ...(auth === '' ? [] : [auth]),
      '}',
    ].join('\n')
  })
  const variable = users.some(({ passwords }) => passwords > 0)
    ? [
        'variable "elasticache_passwords" {\n  description = "By user name: one or two passwords each."\n  type        = map(list(string))\n  sensitive   = true\n}',
      ]
    : []
  return { text: `${[...variable, ...blocks].join('\n\n')}\n`, notes }
}

/** Returns true for a text that HCL keeps: it normalizes all strings (NFC). */
const isNormal = (text: string): boolean => text.normalize('NFC') === text

/**
 * Returns an identifier that Terraform and ElastiCache both accept: letters, digits and single hyphens, a letter first.
 */
function uniqueId(name: string, taken: Set<string>): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 30)
  const base = /^[a-z]/.test(plain) ? plain : `user${plain === '' ? '' : '-'}${plain}`
  let id = base
  for (let n = 2; taken.has(id); n++) id = `${base}-${n}`
  taken.add(id)
  return id
}
