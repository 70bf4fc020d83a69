/**
 * Runs in the head of the built page, before anything is painted: marks the document of a first visit, to which the page
 * shows as it was drawn when it was built, and collects what is clicked and typed until the page's script can do it.
 */
import { type EarlyEvent, type EarlyWindow, isLikelyShortcut, prefix } from './early-events'

const root = document.documentElement
const events: EarlyEvent[] = []

function isFirstVisit(): boolean {
  if (location.hash !== '' || /[?&]embed\b/.test(location.search)) return false
  try {
    const { theme } = JSON.parse(localStorage.getItem(`${prefix}layout`) ?? '{}') as { readonly theme?: string }
    if (theme === 'light' || theme === 'dark') root.dataset['theme'] = theme
    return !Object.keys(localStorage).some((key) => key.startsWith(prefix))
  } catch {
    // Without storage, the page does not look as it does to a first visitor.
    return false
  }
}

function say(text: string): void {
  const status = document.getElementById('early')
  if (status === null) return
  status.textContent = text
  status.hidden = false
}

function wait(event: Event, what: EarlyEvent): void {
  event.preventDefault()
  event.stopImmediatePropagation()
  events.push(what)
  say('Loading… What you do meanwhile is done in a moment.')
}

function click(event: MouseEvent): void {
  const { target, clientX: x, clientY: y } = event
  const element = target instanceof Element ? target.closest<HTMLElement>('#app :is(button, a, .still)') : null
  if (element !== null) wait(event, { kind: 'click', element, x, y })
}

function key(event: KeyboardEvent): void {
  const { target, key, code, ctrlKey, metaKey, altKey, shiftKey } = event
  const isPlain = !ctrlKey && !metaKey && !altKey
  if (target instanceof HTMLInputElement && isPlain) {
    if (key !== 'Enter' || event.isComposing || target.value.trim() === '') return
    wait(event, { kind: 'line', text: target.value })
    target.value = ''
    return
  }
  if (isLikelyShortcut(event))
    wait(event, {
      kind: 'key',
      init: { key, code, ctrlKey, metaKey, altKey, shiftKey, bubbles: true, cancelable: true },
    })
}

function failed({ target }: Event): void {
  if (target instanceof HTMLScriptElement) say('The page could not be loaded. Check the connection and reload it.')
}

root.dataset['start'] = isFirstVisit() ? 'first' : 'other'
addEventListener('click', click, true)
addEventListener('keydown', key, true)
addEventListener('error', failed, true)
;(window as EarlyWindow).takeEarlyEvents = () => {
  removeEventListener('click', click, true)
  removeEventListener('keydown', key, true)
  removeEventListener('error', failed, true)
  document.getElementById('early')?.remove()
  return events
}
