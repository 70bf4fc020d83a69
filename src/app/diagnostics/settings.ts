import type { WorkspaceSettings } from '../../workspace/settings'

/** The workspace, whose settings are replaced as a whole. */
export interface Settled {
  settings: WorkspaceSettings
}

/** Returns the muted diagnostics, each with the user that it is muted for; null: in the whole workspace. */
export function mutedIn({
  silenced,
  silencedFor,
}: WorkspaceSettings): readonly { readonly code: string; readonly user: string | null }[] {
  return [
    ...silenced.map((code) => ({ code, user: null })),
    ...Object.entries(silencedFor).flatMap(([user, codes]) => codes.map((code) => ({ code, user }))),
  ]
}

/** Mutes a diagnostic by its code, for one user or (null) in the whole workspace. */
export function mute(workspace: Settled, code: string, user: string | null): void {
  const { silenced, silencedFor } = workspace.settings
  const added = (codes: readonly string[]): string[] => [...codes.filter((one) => one !== code), code]
  change(
    workspace,
    user === null
      ? { silenced: added(silenced) }
      : { silencedFor: { ...silencedFor, [user]: added(mutedFor(workspace, user)) } },
  )
}

/** Takes back `mute`. */
export function unmute(workspace: Settled, code: string, user: string | null): void {
  const { silenced, silencedFor } = workspace.settings
  if (user === null) return change(workspace, { silenced: silenced.filter((one) => one !== code) })
  const left = { ...silencedFor, [user]: mutedFor(workspace, user).filter((one) => one !== code) }
  change(workspace, {
    silencedFor: Object.fromEntries(Object.entries(left).filter(([, codes]) => codes.length > 0)),
  })
}

/** Stores a choice of this workspace, such as the client library; null removes it. */
export function choose(workspace: Settled, name: string, value: string | null): void {
  const others = Object.fromEntries(Object.entries(workspace.settings.choices).filter(([key]) => key !== name))
  change(workspace, { choices: value === null ? others : { ...others, [name]: value } })
}

/** Returns a stored choice; null where there is none. */
export function choiceOf({ settings: { choices } }: Settled, name: string): string | null {
  return Object.hasOwn(choices, name) ? (choices[name] ?? null) : null
}

function mutedFor({ settings: { silencedFor } }: Settled, user: string): readonly string[] {
  return Object.hasOwn(silencedFor, user) ? (silencedFor[user] ?? []) : []
}

function change(workspace: Settled, settings: Partial<WorkspaceSettings>): void {
  workspace.settings = { ...workspace.settings, ...settings }
}
