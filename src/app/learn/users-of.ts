import type { Goal } from '../../workspace/course/course'

/** Returns the users of a file that goals are about, at most three. */
export function usersOf(goals: readonly Goal[], acl: string): readonly string[] {
  const named = goals.flatMap((goal) =>
    goal.kind === 'equivalent' ? [goal.user] : goal.kind === 'sentence' ? [goal.sentence.split(' ')[0] ?? ''] : [],
  )
  const there = new Set(Array.from(acl.matchAll(/^[ \t]*user[ \t]+(\S+)/gm), ([, name]) => name))
  return [...new Set(named)].filter((name) => there.has(name)).slice(0, 3)
}
