import { type Component, hydrate, mount, unmount, untrack } from 'svelte'
import type { App } from '../state/App.svelte'
import { contextOf } from '../state/context'
import { pause } from '../state/pace'

/** The part that a phone's page goes on showing as it was drawn until somebody uses the page: the open card of the console. */
export const card = 'card'

/** Returns an attachment that makes a part in its element; one that was drawn there waits to be taken over. */
export function part<Props extends Record<string, unknown>>(
  name: string,
  component: Component<Props>,
  app: App,
  props: Props,
): (node: HTMLElement) => () => void {
  return (node) => {
    const { drawnParts } = app
    let made: object | null = null
    const options = { target: node, context: contextOf(app), props }
    if (node.firstChild === null) made = untrack(() => mount(component, options))
    else drawnParts.add(name, () => (made = hydrate(component, options)))
    return () => {
      drawnParts.remove(name)
      if (made !== null) void unmount(made)
    }
  }
}

/**
 * Takes over the parts that were drawn.
 * @param every false where those that are not in view go on waiting, and the card: by default, in a phone's page that nobody
 *   has touched
 */
export async function takeOverParts(app: App, every = app.inUse): Promise<void> {
  for (;;) {
    const hidden = every ? [] : [card, ...['rules', 'console', 'lower'].filter((name) => name !== app.layout.place)]
    // A part may hold another one.
    const name = app.drawnParts.names.find((one) => !hidden.includes(one))
    if (name === undefined) return
    await pause()
    app.drawnParts.takeOver(name)
  }
}
