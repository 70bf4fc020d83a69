import type { App } from '../state/App.svelte'

export const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The modifier of shortcuts as it stands on the keyboard. */
export const modKey = isApple ? '⌘' : 'Ctrl '

/** What the keyboard does, for the list and the palette. */
export const shortcuts: readonly { readonly keys: string; readonly what: string }[] = [
  { keys: `${modKey}K`, what: 'All actions' },
  { keys: 'Enter', what: 'Run the command' },
  {
    keys: `${modKey}Enter`,
    what: 'Run the command, from anywhere; in redis.conf: restart the server; in expectations: why this line holds or not',
  },
  { keys: '↑ ↓', what: 'Earlier and later commands' },
  { keys: 'Tab', what: 'Complete; on an empty line or before typing: leave the editor' },
  { keys: `${modKey}F`, what: 'Find and replace in the file' },
  { keys: 'F8', what: 'Next problem in the file' },
  { keys: `${modKey}.`, what: 'Fix the problem at the cursor' },
  { keys: 'F2', what: 'Rename the user of this line, everywhere' },
  { keys: 'Alt Shift F', what: 'Format the file' },
  { keys: `${modKey}Shift [`, what: 'Fold the rules of this line; with ] unfold' },
  { keys: 'Alt 1', what: 'Go to users.acl' },
  { keys: 'Alt 2', what: 'Go to redis.conf' },
  { keys: 'Alt 3', what: 'Go to the console' },
  { keys: 'Alt 4', what: 'Go to the expectations' },
  { keys: 'Esc', what: 'Close what was opened last' },
  { keys: '?', what: 'This list' },
]

function isTyping(event: KeyboardEvent): boolean {
  const { target } = event
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role=menu] *, [role=menu]'))
  )
}

/** Shortcuts that come before what an editor does with the same keys. */
export function firstShortcut(event: KeyboardEvent, app: App): void {
  const mod = isApple ? event.metaKey : event.ctrlKey
  if (!mod || event.altKey || event.shiftKey) return
  if (event.key.toLowerCase() === 'k') app.show(app.dialog === 'palette' ? null : 'palette')
  else if (event.key === 'Enter' && app.dialog === null) {
    if (app.editors.conf?.hasFocus === true) app.playground.start()
    else if (app.editors.expect?.hasFocus === true) app.expectations.toggle(app.cursor.expect.line)
    else app.runDraft()
  } else return
  event.preventDefault()
  event.stopPropagation()
}

/** Shortcuts that hold on the whole page. Editors and dialogs see their keys first. */
export function shortcut(event: KeyboardEvent, app: App): void {
  if (event.defaultPrevented || app.dialog !== null) return
  const mod = isApple ? event.metaKey : event.ctrlKey
  const done = (): void => event.preventDefault()
  if (event.altKey && !mod && /^Digit[1234]$/.test(event.code)) {
    if (event.code === 'Digit3') app.focusConsole()
    else app.focusRules(event.code === 'Digit1' ? 'acl' : event.code === 'Digit2' ? 'conf' : 'expect')
    return done()
  }
  if (event.key === 'F8') {
    app.toProblem('next')
    return done()
  }
  if (mod && event.key === '.') {
    app.toProblem('fix')
    return done()
  }
  if (event.key === 'Escape') {
    if (app.closeLast()) done()
    return
  }
  if (event.key === '?' && !isTyping(event)) {
    app.show('shortcuts')
    done()
  }
}
