import { spawnSync } from 'node:child_process'

/** The shells in which what is meant to be pasted or run is tried. */
export const shells = ['bash', 'sh'] as const

/**
 * Runs a script in a shell that finds no programs, but for the folders given. Returns what it prints on both streams.
 */
export function runInShell(
  shell: (typeof shells)[number],
  script: string,
  options: { readonly args?: readonly string[]; readonly path?: string; readonly cwd?: string } = {},
): string {
  const { stdout, stderr } = spawnSync(`/bin/${shell}`, ['-s', '--', ...(options.args ?? [])], {
    input: script,
    encoding: 'utf8',
    env: { PATH: options.path ?? '/nowhere' },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  })
  return stdout + stderr
}
