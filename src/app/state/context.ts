import { getContext, setContext } from 'svelte'
import type { App } from './App.svelte'

const key = Symbol('app')

export function setApp(app: App): void {
  setContext(key, app)
}

/** Returns the context of a component that is mounted by itself. */
export function contextOf(app: App): Map<unknown, unknown> {
  return new Map([[key, app]])
}

/** The page's state, from any component. */
export function getApp(): App {
  return getContext<App>(key)
}
