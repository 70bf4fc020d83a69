import { render } from 'svelte/server'
import DecisionCard from '../console/DecisionCard.svelte'
import Page from '../Page.svelte'
import { App } from '../state/App.svelte'
import { contextOf } from '../state/context'
import { card } from './part'
import { parts } from './parts'

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
  const context = contextOf(app)
  let { body } = render(Page, { props: { app } })
  for (const [name, part] of Object.entries(parts)) body = fill(body, name, render(part, { context }).body)
  const { firstRefusal: entry } = app
  if (entry === null) throw new Error('The example has no denial to open.')
  body = fill(body, card, render(DecisionCard, { context, props: { entry } }).body)
  return { body, target: app.playground.host.targetId }
}

/** Puts a drawn part into the element that names it. */
function fill(page: string, name: string, part: string): string {
  const [before, after, ...more] = page.split(new RegExp(`(?<=<div [^>]*data-part="${name}"[^>]*>)(?=</div>)`))
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`There is not one place for ${name}.`)
  return before + part + after
}
