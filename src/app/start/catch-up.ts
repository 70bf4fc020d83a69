import { tick } from 'svelte'
import type { App } from '../state/App.svelte'
import type { EarlyEvent, EarlyWindow } from './early-events'
import { takeOverParts } from './part'

/** Does what was clicked and typed before the page could do it, in order. */
export async function catchUp(app: App): Promise<void> {
  const events = (window as EarlyWindow).takeEarlyEvents?.() ?? []
  if (events.length > 0 || document.activeElement !== document.body) app.inUse = true
  await takeOverParts(app)
  for (const event of events) {
    repeat(event, app)
    await tick()
  }
}

function repeat(event: EarlyEvent, app: App): void {
  const { connections } = app.playground
  switch (event.kind) {
    case 'click':
      if (event.element.isConnected)
        event.element.dispatchEvent(
          new MouseEvent('click', { bubbles: true, cancelable: true, clientX: event.x, clientY: event.y }),
        )
      break
    case 'line':
      if (connections.current !== null) connections.queue(connections.current, [event.text])
      break
    case 'key':
      ;(document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', event.init))
  }
}
