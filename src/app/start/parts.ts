import { type Component, hydrate, mount, unmount, untrack } from 'svelte'
import ConsolePane from '../console/ConsolePane.svelte'
import LowerPane from '../log/LowerPane.svelte'
import RulesPane from '../rules/RulesPane.svelte'
import BottomBar from '../shell/BottomBar.svelte'
import type { App } from '../state/App.svelte'
import { contextOf } from '../state/context'
import { pause } from '../state/pace'
import TopBar from '../topbar/TopBar.svelte'

/**
 * The parts of the page that are taken over one after the other, each in a task of its own: the whole page at once would keep
 * a phone from answering. They are drawn into the elements that name them (`data-part`).
 */
export const parts = {
  top: TopBar,
  rules: RulesPane,
  console: ConsolePane,
  lower: LowerPane,
  bottom: BottomBar,
} satisfies Record<string, Component>

export type PartName = keyof typeof parts

const waiting = new Map<string, () => void>()

/** Returns an attachment that makes a part in its element; one that was drawn there waits to be taken over. */
export function part(name: PartName, app: App): (node: HTMLElement) => () => void {
  return (node) => {
    let made: object | null = null
    const options = { target: node, context: contextOf(app) }
    if (node.firstChild === null) made = untrack(() => mount(parts[name], options))
    else waiting.set(name, () => (made = hydrate(parts[name], options)))
    return () => {
      waiting.delete(name)
      if (made !== null) void unmount(made)
    }
  }
}

/** Takes over the part of this name, where it was drawn and waits. */
export function takeOver(name: string): void {
  const now = waiting.get(name)
  waiting.delete(name)
  now?.()
}

/**
 * Takes over the parts that were drawn.
 * @param every false where panes that are not in view go on waiting: by default, in a phone's page that nobody has touched
 */
export async function takeOverParts(app: App, every = app.inUse): Promise<void> {
  const hidden = every ? [] : ['rules', 'console', 'lower'].filter((name) => name !== app.layout.place)
  const names = [...waiting.keys()].filter((name) => !hidden.includes(name))
  for (const name of names) {
    await pause()
    takeOver(name)
  }
}
