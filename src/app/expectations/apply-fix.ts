import { applyFix } from '../../analysis/diagnostic'
import type { DescribedFix } from '../../host/described'
import type { App } from '../state/App.svelte'

/** Applies a proved fix to users.acl, in one step that the editor can undo. */
export function applySentenceFix(app: App, before: string, fix: DescribedFix): void {
  const { files } = app.playground
  if (files.acl.text !== before) return
  const after = applyFix(before, fix)
  app.editors.write('acl', after)
  app.tell({
    kind: 'info',
    text: `Changed users.acl: ${fix.label}`,
    action: {
      label: 'Undo',
      run: () => {
        app.tell(null)
        if (files.acl.text === after) app.editors.write('acl', before)
      },
    },
  })
}
