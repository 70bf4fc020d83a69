import type { App } from '../../state/App.svelte'
import type { Action, ActionGroup, Group } from './action'
import { connections } from './connections'
import { files } from './files'
import { versions } from './versions'
import { workspace } from './workspace'

const registry: readonly Group[] = [workspace, files, connections, versions]

/** All actions that do not depend on the workspace. */
export const fixedActions: readonly Action[] = registry.flatMap(({ actions }) =>
  actions.filter((action) => typeof action !== 'function'),
)

/** Returns the actions that are possible now. */
export function actionsOf(app: App): readonly ActionGroup[] {
  return registry.map(({ title, actions }) => ({
    title,
    actions: actions
      .flatMap((action) => (typeof action === 'function' ? action(app) : [action]))
      .filter(({ listed = true, when }) => listed && (when === undefined || when(app))),
  }))
}
