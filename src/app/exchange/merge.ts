import { fromText, trimEndOf } from '../../acl/bytes'
import { splitWords } from '../../acl/split'
import type { ImportResult } from '../../workspace/import'

/** A line of a user without quotes and with an ASCII name, as most are. */
const plainLine = /^user +([!#-&(-~]+)(?: [^"']*)?$/

/** The name that a line of users.acl is about; null where it is none. */
function nameOf(line: string): string | null {
  const [, name] = plainLine.exec(line) ?? []
  if (name !== undefined) return name
  const words = splitWords(fromText(line))
  return words?.[0]?.text === 'user' ? (words[1]?.text ?? null) : null
}

/** The users that a text of users.acl has lines for, each once, in the order of the lines. */
export function namesIn(acl: string): string[] {
  return [...new Set(acl.split('\n').flatMap((line) => nameOf(line) ?? []))]
}

/** users.acl with the imported users in it: a user that is there already takes the imported rules in its place, others come at the end. */
export function mergeUsers(acl: string, imported: Pick<ImportResult, 'acl'>): string {
  const lines = imported.acl.split('\n').filter((line) => line !== '')
  const fresh = new Map(lines.map((line) => [nameOf(line), line]))
  const kept = acl.trim() === '' ? [] : trimEndOf(acl, '\n').split('\n')
  const out = kept.map((line) => {
    const name = nameOf(line)
    const instead = name === null ? undefined : fresh.get(name)
    if (instead !== undefined) fresh.delete(name)
    return instead ?? line
  })
  return [...out, ...fresh.values()].join('\n') + '\n'
}

/** A configuration that reads users.acl, whatever the imported one says. */
export function confWithAclFile(conf: string): string {
  return /^\s*aclfile\s/im.test(conf) ? conf : `${conf.trimEnd()}\naclfile users.acl\n`
}
