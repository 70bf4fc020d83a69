import type { WorkspaceState } from './state'

/** The choices for a link. */
export interface ShareChoices {
  readonly title: string
  readonly note: string
  /** Present where it is an exercise, with its goals; the solution travels only where it is given. */
  readonly exercise: { readonly goals: string; readonly solution: string | null } | null
  /** The line of users.acl that the link opens at; null for none. */
  readonly line: number | null
}

/** Returns a title and a note without what is blank. */
export function aboutOf({ title, note }: Pick<ShareChoices, 'title' | 'note'>): Pick<WorkspaceState, 'title' | 'note'> {
  return {
    ...(title.trim() !== '' && { title: title.trim() }),
    ...(note.trim() !== '' && { note: note.trim() }),
  }
}

/** Returns the workspace that a link holds. An exercise has no expectations: they are its goals. */
export function sharedState(
  { target, modules, files, connections, entries, settings }: WorkspaceState,
  choices: ShareChoices,
): WorkspaceState {
  const { exercise, line } = choices
  return {
    target,
    modules,
    files: exercise === null ? files : { acl: files.acl, conf: files.conf },
    connections,
    entries,
    ...(settings && { settings }),
    ...aboutOf(choices),
    ...(line !== null && { line }),
    ...(exercise !== null && {
      exercise: { goals: exercise.goals, ...(exercise.solution !== null && { solution: exercise.solution }) },
    }),
  }
}
