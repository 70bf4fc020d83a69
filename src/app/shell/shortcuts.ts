import type { App } from '../state/App.svelte'
import { fixedActions } from './actions/registry'
import { matchesKeys } from './keys'

function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role=menu] *, [role=menu]'))
  )
}

/** Handles the shortcuts that come before what an editor does with the same keys. */
export function firstShortcut(event: KeyboardEvent, app: App): void {
  if (!runShortcut(event, app, 'page-first')) return
  event.preventDefault()
  event.stopPropagation()
}

/** Handles the shortcuts of the whole page. Editors and dialogs see their keys first. */
export function shortcut(event: KeyboardEvent, app: App): void {
  if (event.defaultPrevented || (event.key === '?' && isTyping(event))) return
  if (runShortcut(event, app, 'page')) event.preventDefault()
}

function runShortcut(event: KeyboardEvent, app: App, by: 'page' | 'page-first'): boolean {
  const action = fixedActions.find(
    ({ shortcut: one, when }) =>
      one?.by === by &&
      (app.dialogs.current === null || one.inDialogs === true) &&
      matchesKeys(event, one.keys) &&
      (when === undefined || when(app)),
  )
  action?.run(app)
  return action !== undefined
}
