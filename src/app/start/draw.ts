import { render } from 'svelte/server'
import Page from '../Page.svelte'
import { App } from '../state/App.svelte'

/** The page before the editors are loaded. */
export interface Drawn {
  readonly body: string
  /** The server version whose commands it needs. */
  readonly target: string
}

/** Draws the page as a first visitor finds it. */
export async function draw(): Promise<Drawn> {
  const app = new App(() => new Promise(() => undefined))
  await app.begin()
  app.keeper.leave()
  if (!app.ready) throw new Error('The first workspace could not be opened.')
  return { body: render(Page, { props: { app } }).body, target: app.playground.host.targetId }
}
