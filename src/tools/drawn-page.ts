/**
 * A Vite plugin that draws the page into index.html as a first visitor finds it, with its styles, so that it can be read
 * before any script has loaded.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build, type Plugin, type PluginOption, type Rolldown } from 'vite'
import type { Drawn } from '../app/start/draw.ts'
import { dataFile } from './shared-data.ts'

/** Makes the plugins that compile the page's parts. */
type Compilers = () => PluginOption[]

/** @param compilers plugins for a build of the page's components outside of the page's own */
export function drawnPage(compilers: Compilers): Plugin {
  return {
    name: 'drawn-page',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      async handler(html, { bundle = {} }) {
        const [drawn, early] = await Promise.all([draw(compilers), headScript(compilers)])
        return write(html, { body: drawn.body, early, ...firstFiles(bundle, drawn.target) })
      },
    },
  }
}

interface Parts {
  readonly body: string
  /** The script in the head. */
  readonly early: string
  readonly styles: string
  /** The paths of scripts that the page's own script asks for at once. */
  readonly ahead: readonly string[]
}

function firstFiles(bundle: Rolldown.OutputBundle, target: string): Pick<Parts, 'styles' | 'ahead'> {
  const files = Object.values(bundle)
  const styles = files.find(({ fileName }) => /^assets\/page-[\w-]+\.css$/.test(fileName))
  if (styles?.type !== 'asset') throw new Error('The page has no style sheet.')
  return { styles: String(styles.source).trim(), ahead: [dataFile(target)] }
}

function write(html: string, { body, early, styles, ahead }: Parts): string {
  const preloads = ahead.map((file) => `<link rel="modulepreload" crossorigin href="./${file}">`).join('\n    ')
  let page = replaceOnce(html, /<link rel="stylesheet"[^>]*>/, `${preloads}\n    <style>${styles}</style>`)
  page = replaceOnce(page, '<title>', `<script>${early}</script>\n    <title>`)
  page = replaceOnce(page, '<div id="app"></div>', `<div id="app">${body}</div>`)
  page = replaceOnce(page, "script-src 'self'", `script-src 'self' ${hashOf(early)}`)
  return replaceOnce(page, "style-src 'self'", `style-src 'self' ${hashOf(styles)}`)
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Draws the page by the components that take it over in the browser, in a process that has its globals to itself. */
async function draw(compilers: Compilers): Promise<Drawn> {
  const outDir = mkdtempSync(join(tmpdir(), 'acl-playground-page-'))
  try {
    await build({
      configFile: false,
      logLevel: 'error',
      publicDir: false,
      plugins: compilers(),
      ssr: { noExternal: true },
      build: {
        ssr: 'src/app/start/prerender.ts',
        outDir,
        minify: false,
        rolldownOptions: { output: { entryFileNames: 'prerender.mjs', chunkFileNames: '[name]-[hash].mjs' } },
      },
    })
    const { stdout } = await promisify(execFile)(process.execPath, [join(outDir, 'prerender.mjs')])
    return JSON.parse(stdout) as Drawn
  } finally {
    rmSync(outDir, { recursive: true, force: true })
  }
}

async function headScript(compilers: Compilers): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: compilers(),
    build: { write: false, lib: { entry: 'src/app/start/early.ts', formats: ['iife'], name: 'early' } },
  })
  const [made] = Array.isArray(built) ? built : [built]
  const script = made !== undefined && 'output' in made ? made.output[0].code.trim() : ''
  if (script === '') throw new Error('The script of the head is empty.')
  return script
}

function replaceOnce(text: string, from: string | RegExp, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`There is not exactly one ${String(from)}: adapt this plugin.`)
  return text.replace(from, () => to)
}
