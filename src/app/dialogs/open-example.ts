import { type GalleryExample, stateOf } from '../../workspace/gallery/gallery'
import type { App } from '../state/App.svelte'

/** Puts an example in place of the workspace, and shows where its lesson is. */
export function openExample(app: App, example: GalleryExample): void {
  app.dialogs.show(null)
  void app.replace({ ...stateOf(example), title: example.title }, `Opened “${example.title}”.`, 'example')
  app.layout.pane = example.refused === null ? 'console' : 'rules'
  app.layout.fileTab = 'acl'
}
