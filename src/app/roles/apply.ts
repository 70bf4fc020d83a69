import { labelOf, targetInfos } from '../../targets/infos'
import type { TargetId } from '../../targets/target'
import type { App } from '../state/App.svelte'

/** Returns the server with roles that a file is for: the page's, or the newest. */
export function serverWithRoles({ playground: { host } }: App): TargetId {
  const newest = targetInfos.at(-1)?.id ?? host.targetId
  return host.target?.behaviours.hasRoles === true ? host.targetId : newest
}

/** Replaces users.acl, and the server where it is for another one, in one step that Undo takes back. */
export function applyRoles(app: App, content: string, id: TargetId, done: string): void {
  const { host } = app.playground
  const before = app.playground.snapshot()
  const isOther = id !== host.targetId
  app.dialogs.show(null)
  app.editors.write('acl', content)
  if (isOther) void app.useTarget(id, host.modules)
  app.layout.fileTab = 'acl'
  app.tell({
    kind: 'info',
    text: `${done}${isOther ? ` ${labelOf(id)} runs now.` : ''}`,
    action: { label: 'Undo', run: () => void app.takeBack(before) },
  })
}
