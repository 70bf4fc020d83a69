import { mount } from 'svelte'
import './tokens.css'
import './base.css'
import { provideLuaFromOrigin } from './lua'
import Page from './Page.svelte'

provideLuaFromOrigin()
const root = document.getElementById('app')
if (root) mount(Page, { target: root })

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
