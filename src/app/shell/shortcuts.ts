import { isLikelyShortcut } from '../start/early-events'
import type { App } from '../state/App.svelte'
import { matchesKeys } from './keys'

type Actions = typeof import('./actions/registry')

let actions: Actions | null = null

/** Loads the page's actions, without which their shortcuts wait. */
export async function loadActions(): Promise<Actions> {
  return (actions ??= await import('./actions/registry'))
}

function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role=menu] *, [role=menu]'))
  )
}

/** Handles the shortcuts that come before what an editor does with the same keys. */
export function firstShortcut(event: KeyboardEvent, app: App): void {
  if (!(actions === null ? repeatLater(event) : runShortcut(actions, event, app, 'page-first'))) return
  event.preventDefault()
  event.stopPropagation()
}

/** Handles the shortcuts of the whole page. Editors and dialogs see their keys first. */
export function shortcut(event: KeyboardEvent, app: App): void {
  if (actions === null || event.defaultPrevented || (event.key === '?' && isTyping(event))) return
  if (runShortcut(actions, event, app, 'page')) event.preventDefault()
}

/** Repeats what is likely a shortcut when the actions are loaded; returns false for other keys. */
function repeatLater(event: KeyboardEvent): boolean {
  const { target } = event
  if (!isLikelyShortcut(event) || (event.key === '?' && isTyping(event))) return false
  void loadActions().then(() => target?.dispatchEvent(new KeyboardEvent('keydown', event)))
  return true
}

function runShortcut({ fixedActions }: Actions, event: KeyboardEvent, app: App, by: 'page' | 'page-first'): boolean {
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
