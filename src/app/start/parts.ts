import type { Component } from 'svelte'
import ConsolePane from '../console/ConsolePane.svelte'
import LowerPane from '../log/LowerPane.svelte'
import RulesPane from '../rules/RulesPane.svelte'
import BottomBar from '../shell/BottomBar.svelte'
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
