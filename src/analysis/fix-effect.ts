import { fromText, toText } from '../acl/bytes'
import type { Target } from '../targets/target'
// Not from ./compare, which `check` would load as a whole.
import { describeUserChange } from './compare/describe'
import { compareFiles } from './compare/files'
import type { Side } from './compare/types'
import { applyFix, type Fix } from './diagnostic'

/**
 * The maximum length of the changed lines, in characters, for which the effect is computed: it is shown while the user
 * waits.
 */
const LONGEST = 20_000

/**
 * Describes how a fix of users.acl changes permissions, with an example command line: `app can no longer run GET, such
 * as GET x`. Null where nothing changes (proved), where the effect is unknown, and for safe fixes.
 * @param conf redis.conf, for `acl-pubsub-default` and `rename-command`
 */
export function effectOfFix(text: string, fix: Fix, target: Target, conf = ''): string | null {
  const [first] = fix.edits
  const last = fix.edits.at(-1)
  if (fix.safe === true || first === undefined || last === undefined) return null
  const from = text.lastIndexOf('\n', first.from - 1) + 1
  const end = text.indexOf('\n', last.to)
  const to = end < 0 ? text.length : end
  if (to - from > LONGEST) return null
  const before = text.slice(from, to)
  const moved = fix.edits.map((edit) => ({ ...edit, from: edit.from - from, to: edit.to - from }))
  const after = applyFix(before, { ...fix, edits: moved })
  const roleLine = target.behaviours.hasRoles ? /^[ \t]*role .*\n?/gm : null
  if (roleLine === null || !roleLine.test(text)) return effectOfEdit(before, after, '', target, conf)
  // A fix of a role concerns all who hold it; that of a user, the roles of the file.
  const roles = `${text.slice(0, from)}${text.slice(to)}`.match(roleLine) ?? []
  if (!/^[ \t]*role /m.test(before)) return effectOfEdit(before, after, roles.join(''), target, conf)
  return text.length > LONGEST ? null : compareLines(text, applyFix(text, fix), '', target, conf)
}

interface Effects {
  readonly conf: string
  readonly roles: string
  /** The descriptions without the user's name, by the rules before and after. */
  readonly byRules: Map<string, string | null>
}

/** The effects on users by their rules: in a large file, many have the same. */
const effects = new WeakMap<Target, Effects>()

/** The number of effects that are cached at a time, in files of many roles. */
const MOST_EFFECTS = 10_000

/** Returns the effect of an edit of whole lines. Cached where it depends on the rules of one user, and on roles, alone. */
function effectOfEdit(before: string, after: string, roles: string, target: Target, conf: string): string | null {
  const [lead = '', name = ''] = /^user ([A-Za-z0-9][\w.:-]*) /.exec(before) ?? []
  const isOfOne = lead !== '' && name !== 'default' && after.startsWith(lead) && !/\n/.test(before + after)
  if (!isOfOne) return compareLines(before, after, roles, target, conf)
  const rules = withoutHashes(`${before.slice(lead.length)}\n${after.slice(lead.length)}`)
  let known = effects.get(target)
  if (known?.conf !== conf || known.roles !== roles || known.byRules.size >= MOST_EFFECTS) {
    known = { conf, roles, byRules: new Map() }
    effects.set(target, known)
  }
  let effect = known.byRules.get(rules)
  if (effect === undefined) {
    effect = compareLines(before, after, roles, target, conf)?.slice(name.length) ?? null
    known.byRules.set(rules, effect)
  }
  return effect === null ? null : name + effect
}

/** Numbers the password hashes of rules, where no rule removes a password: effects say how many change, not which. */
function withoutHashes(rules: string): string {
  if (/(^|\s)[<>!]/.test(rules)) return rules
  const numbers = new Map<string, number>()
  return rules.replace(/#[0-9a-f]{64}(?=\s|$)/g, (hash) => {
    const number = numbers.get(hash) ?? numbers.size
    numbers.set(hash, number)
    return `#${number}`
  })
}

/** Compares whole lines of users, with those of their roles, and describes the first change of permissions. */
function compareLines(before: string, after: string, roles: string, target: Target, conf: string): string | null {
  const side = (lines: string): Side => ({ target, acl: fromText(`${roles}\n${lines}`), conf: fromText(conf) })
  const { users, refused } = compareFiles(side(before), side(after), { onlyEffects: true })
  if (refused.length > 0) return null
  for (const user of users) {
    if (user.kind !== 'changed') continue
    const line = describeUserChange(user, 3).find((text) => /^[+-] /.test(text))
    if (line !== undefined) return `${toText(user.name)} ${line.slice(2)}`
  }
  return null
}
