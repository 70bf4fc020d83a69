import { getContext, setContext } from 'svelte'
import type { App } from './App.svelte'

const key = Symbol('app')

export function setApp(app: App): void {
  setContext(key, app)
}

/** The page's state, from any component. */
export function getApp(): App {
  return getContext<App>(key)
}
