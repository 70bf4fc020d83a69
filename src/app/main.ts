import { hydrate, mount, tick } from 'svelte'
import './tokens.css'
import './base.css'
import { loadEditors } from './load-editors'
import { provideLuaFromOrigin } from './lua'
import Page from './Page.svelte'
import { loadActions } from './shell/shortcuts'
import { catchUp } from './start/catch-up'
import { tellFailedParts } from './start/failed-parts'
import { takeOverParts } from './start/part'
import { App } from './state/App.svelte'
import { pause } from './state/pace'

/** Starts the page: takes over what was drawn when it was built, where that is what this visit begins with. */
async function start(target: HTMLElement): Promise<void> {
  const { dataset } = document.documentElement
  // Each step has a task of its own, so that a phone can answer between them.
  await pause()
  const app: App = new App(async () => {
    // With them come the page's actions: what is typed behind a shortcut is no text for an editor.
    const [editors] = await Promise.all([loadEditors(), loadActions().catch(() => undefined)])
    // They take the place of what was drawn, which cannot be taken over after that.
    await takeOverParts(app, true)
    return editors
  })
  tellFailedParts(app)
  if (dataset['start'] === 'first') await app.begin(true)
  await pause()
  const isAsDrawn = app.ready && app.banner === null
  if (!isAsDrawn) target.replaceChildren()
  ;(isAsDrawn ? hydrate : mount)(Page, { target, props: { app } })
  if (dataset['start'] !== 'first') void app.begin()
  await tick()
  await takeOverParts(app)
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
