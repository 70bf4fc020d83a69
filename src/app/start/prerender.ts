/** Prints the page as it is drawn when it is built. Run by the build, in a process of its own. */

/** The globals of browsers that the page reads before it is shown, as on a first visit. */
const globals = {
  location: { hash: '', search: '', pathname: '/', href: 'http://localhost/' },
  document: { documentElement: { dataset: {} }, visibilityState: 'visible' },
  navigator: { userAgent: '' },
  HTMLInputElement: class {},
}

for (const [name, value] of Object.entries(globals))
  Object.defineProperty(globalThis, name, { value, configurable: true })
const { draw } = await import('./draw')
console.log(JSON.stringify(await draw()))

export {}
