import { hydrate, mount } from 'svelte'
import './tokens.css'
import './base.css'
import { loadEditors } from './load-editors'
import { provideLuaFromOrigin } from './lua'
import Page from './Page.svelte'
import { catchUp } from './start/catch-up'
import { App } from './state/App.svelte'

/** Starts the page: takes over what was drawn when it was built, where that is what this visit begins with. */
async function start(target: HTMLElement): Promise<void> {
  const { dataset } = document.documentElement
  const app = new App(loadEditors)
  if (dataset['start'] === 'first') await app.begin()
  const isAsDrawn = app.ready && app.banner === null
  if (!isAsDrawn) target.replaceChildren()
  ;(isAsDrawn ? hydrate : mount)(Page, { target, props: { app } })
  if (dataset['start'] !== 'first') void app.begin()
  delete dataset['start']
  await catchUp(app)
}

provideLuaFromOrigin()
const root = document.getElementById('app')
if (root) void start(root)

// The page works without a network from the second visit on. Where this is not possible, it works with one.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => {
    navigator.serviceWorker
      .register('./sw.js')
      .then(() => navigator.serviceWorker.ready)
      .then((registration) => registration.active?.postMessage('fill'))
      .catch(() => undefined)
  })
}
