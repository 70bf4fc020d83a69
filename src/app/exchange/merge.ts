import { fromText, trimEndOf } from '../../acl/bytes'
import { splitWords } from '../../acl/split'
import type { ImportResult } from '../../workspace/import'

/** A line of a user or role without quotes and with an ASCII name, as most are. */
const plainLine = /^(user|role) +([!#-&(-~]+)(?: [^"']*)?$/

/** The keyword and the name that a line of users.acl is about; null where it is none. */
function subjectOf(line: string): string | null {
  const [, of, name] = plainLine.exec(line) ?? []
  if (of !== undefined && name !== undefined) return `${of} ${name}`
  const [keyword, named] = splitWords(fromText(line)) ?? []
  return (keyword?.text === 'user' || keyword?.text === 'role') && named !== undefined
    ? `${keyword.text} ${named.text}`
    : null
}

/** The name of the user that a line of users.acl is about; null where it is none. */
const nameOf = (line: string): string | null => /^user (.*)$/s.exec(subjectOf(line) ?? '')?.[1] ?? null

/** The users that a text of users.acl has lines for, each once, in the order of the lines. */
export function namesIn(acl: string): string[] {
  return [...new Set(acl.split('\n').flatMap((line) => nameOf(line) ?? []))]
}

/** users.acl with the imported users and roles in it: one that is there already takes the imported rules in its place, others come at the end. */
export function mergeUsers(acl: string, imported: Pick<ImportResult, 'acl'>): string {
  const lines = imported.acl.split('\n').filter((line) => line !== '')
  const fresh = new Map(lines.map((line) => [subjectOf(line), line]))
  const kept = acl.trim() === '' ? [] : trimEndOf(acl, '\n').split('\n')
  const out = kept.map((line) => {
    const subject = subjectOf(line)
    const instead = subject === null ? undefined : fresh.get(subject)
    if (instead !== undefined) fresh.delete(subject)
    return instead ?? line
  })
  return [...out, ...fresh.values()].join('\n') + '\n'
}

/** A configuration that reads users.acl, whatever the imported one says. */
export function confWithAclFile(conf: string): string {
  return /^\s*aclfile\s/im.test(conf) ? conf : `${conf.trimEnd()}\naclfile users.acl\n`
}
