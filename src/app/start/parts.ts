import { type Component, hydrate, mount, unmount, untrack } from 'svelte'
import ConsolePane from '../console/ConsolePane.svelte'
import LowerPane from '../log/LowerPane.svelte'
import RulesPane from '../rules/RulesPane.svelte'
import type { App } from '../state/App.svelte'
import { contextOf } from '../state/context'
import { pause } from '../state/pace'

/**
 * The parts of the page that are taken over one after the other, each in a task of its own: the whole page at once would keep
 * a phone from answering. They are drawn into the elements that name them (`data-part`).
 */
export const parts = { rules: RulesPane, console: ConsolePane, lower: LowerPane } satisfies Record<string, Component>

export type PartName = keyof typeof parts

const waiting: (() => void)[] = []

/** Returns an attachment that makes a part in its element; one that was drawn there waits for `takeOverParts`. */
export function part(name: PartName, app: App): (node: HTMLElement) => () => void {
  return (node) => {
    let made: object | null = null
    let isGone = false
    const options = { target: node, context: contextOf(app) }
    if (node.firstChild === null) made = untrack(() => mount(parts[name], options))
    else
      waiting.push(() => {
        if (!isGone) made = hydrate(parts[name], options)
      })
    return () => {
      isGone = true
      if (made !== null) void unmount(made)
    }
  }
}

/** Takes over the parts that were drawn. */
export async function takeOverParts(): Promise<void> {
  for (const takeOver of waiting.splice(0)) {
    await pause()
    takeOver()
  }
}
