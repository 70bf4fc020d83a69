import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ...[process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].flatMap((root) =>
    root === undefined
      ? []
      : [join(root, 'Google/Chrome/Application/chrome.exe'), join(root, 'Microsoft/Edge/Application/msedge.exe')],
  ),
]

/** Finds a program on PATH; null where there is none. */
export function findProgram(name: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name)
    if (folder !== '' && existsSync(path)) return path
  }
  return null
}

/** Finds an installed Chromium or Chrome: $CHROME_PATH, the system's, or Playwright's. */
export function findBrowser(): string | null {
  const named = process.env.CHROME_PATH
  if (named !== undefined && existsSync(named)) return named
  for (const name of names) {
    const path = findProgram(name)
    if (path !== null) return path
  }
  return [...places, chromium.executablePath()].find((path) => path !== '' && existsSync(path)) ?? null
}

function run(command: string, args: readonly string[]): boolean {
  return (
    spawnSync(command, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0
  )
}

/** Finds a browser or installs one: from the system's packages as root, else Playwright's. Null where neither works. */
export function bringBrowser(): string | null {
  const here = findBrowser()
  if (here !== null) return here
  if (process.getuid?.() === 0 && findProgram('apt-get') !== null) {
    console.log('No browser found: installing the system package chromium.')
    if (run('apt-get', ['update', '-qq']) && run('apt-get', ['install', '-y', '-qq', 'chromium'])) return findBrowser()
  }
  console.log('No browser found: asking Playwright to install one.')
  if (run(process.execPath, [join('node_modules', 'playwright-core', 'cli.js'), 'install', 'chromium']))
    return findBrowser()
  return null
}
