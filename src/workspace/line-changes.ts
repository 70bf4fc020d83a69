import type { WorkspaceFiles } from './state'

/** A line that a version of a file lacks or has in addition. */
export interface LineChange {
  readonly file: string
  readonly kind: 'removed' | 'added'
  readonly text: string
}

const names = { acl: 'users.acl', conf: 'redis.conf', expect: 'Expectations' } as const

/** Returns the lines that are in one version of the files only, by file and in their order. Moved lines are no change. */
export function lineChanges(before: WorkspaceFiles, after: WorkspaceFiles): readonly LineChange[] {
  return (['acl', 'conf', 'expect'] as const).flatMap((file): readonly LineChange[] => {
    const [old, now] = [before, after].map((files) => (files[file] ?? '').split(/\r\n?|\n/))
    return [...only(old, now, file, 'removed'), ...only(now, old, file, 'added')]
  })
}

function only(
  own: readonly string[] = [],
  others: readonly string[] = [],
  file: keyof typeof names,
  kind: LineChange['kind'],
): readonly LineChange[] {
  const left = new Map<string, number>()
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1)
  return own.flatMap((text) => {
    const count = left.get(text) ?? 0
    left.set(text, count - 1)
    return count > 0 || text.trim() === '' ? [] : [{ file: names[file], kind, text }]
  })
}
