import { withCommas } from '../../analysis/numbers'
import type { App } from '../state/App.svelte'

/** Replaces the rules of users.acl by shorter ones that are proved equal, in one step that the editor can undo. */
export function applySimplified(app: App, before: string, after: string, count: number): void {
  const { files } = app.playground
  if (files.acl.text !== before) return
  app.editors.write('acl', after)
  app.layout.fileTab = 'acl'
  app.tell({
    kind: 'info',
    text: `Simplified ${count === 1 ? 'one user' : `${withCommas(count)} users`}: what each user may do is proved to be the same.`,
    action: {
      label: 'Undo',
      run: () => {
        app.tell(null)
        if (files.acl.text === after) app.editors.write('acl', before)
      },
    },
  })
}
