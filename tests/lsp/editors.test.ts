import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'
import { findProgram } from '../../src/tools/browser'
import { builtProgram } from '../cli/built'

const document = readFileSync('docs/editors.md', 'utf8')

/** Sends a message as the protocol frames it. */
const framed = (message: unknown): string => {
  const body = JSON.stringify({ jsonrpc: '2.0', ...(message as object) })
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

test('the built command serves on standard input and output, and ends as the protocol says, or with its input', async () => {
  const run = (messages: readonly unknown[]): Promise<{ readonly code: number | null; readonly out: string }> =>
    new Promise((done) => {
      const server = spawn(process.execPath, [builtProgram(), 'lsp', '--stdio'])
      let out = ''
      server.stdout.setEncoding('utf8').on('data', (data: string) => {
        out += data
      })
      server.on('exit', (code) => done({ code, out }))
      server.stdin.end(messages.map(framed).join(''))
    })
  const initialize = { id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } }
  const ended = await run([initialize, { id: 2, method: 'shutdown' }, { method: 'exit' }])
  expect(ended).toMatchObject({ code: 0, out: expect.stringContaining('"positionEncoding":"utf-16"') })
  expect((await run([])).code).toBe(0)
})

const neovim = findProgram('nvim')

test(`the documented configuration works in Neovim${neovim === null ? ': nvim is not installed, so it was not run' : ''}`, () => {
  const [, configuration = ''] = /\n## Neovim\n[^]*?```lua\n([^]*?)```/.exec(document) ?? []
  expect(configuration).toContain('vim.lsp.start')
  if (neovim === null) return
  const folder = mkdtempSync(join(tmpdir(), 'acl-playground-nvim-'))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  // In place of npx, which would ask the registry.
  writeFileSync(
    join(bin, 'npx'),
    `#!/bin/sh\n[ "$1 $2" = "--yes acl-playground" ] || exit 9\nshift 2\nexec "${process.execPath}" "${builtProgram()}" "$@"\n`,
  )
  chmodSync(join(bin, 'npx'), 0o755)
  writeFileSync(join(folder, 'users.acl'), 'user default on nopass ~* +@all\nuser é on >a-long-password ~app:* +@re\n')
  writeFileSync(join(folder, 'init.lua'), configuration)
  writeFileSync(
    join(folder, 'script.lua'),
    `
local function wait(what, ready)
  if not vim.wait(20000, ready, 20) then print('TIMEOUT ' .. what) vim.cmd('qall!') end
end
local function show(key, value) print('RESULT ' .. key .. ' ' .. vim.json.encode(value)) end
local codes = function()
  return vim.tbl_map(function(one) return one.code end, vim.diagnostic.get(0))
end
wait('attach', function() return #vim.lsp.get_clients({ bufnr = 0 }) > 0 end)
wait('diagnostics', function() return vim.tbl_contains(codes(), 'refused') end)
local refused = vim.tbl_filter(function(one) return one.code == 'refused' end, vim.diagnostic.get(0))[1]
show('refused', { refused.lnum, refused.col, refused.end_col })

local line = vim.api.nvim_buf_get_lines(0, 1, 2, true)[1]
local params = {
  textDocument = vim.lsp.util.make_text_document_params(),
  position = { line = 1, character = vim.str_utfindex(line, #line) },
}
local answers = vim.lsp.buf_request_sync(0, 'textDocument/completion', params, 20000)
for _, answer in pairs(answers) do
  local items = answer.result.items or answer.result
  for _, item in ipairs(items) do
    if item.label == '+@read' then vim.lsp.util.apply_text_edits({ item.textEdit }, vim.api.nvim_get_current_buf(), 'utf-16') end
  end
end
show('completed', vim.api.nvim_buf_get_lines(0, 1, 2, true)[1])
wait('accepted', function() return not vim.tbl_contains(codes(), 'refused') and #codes() > 0 end)

vim.api.nvim_win_set_cursor(0, { 1, 28 })
local first = function() return vim.api.nvim_buf_get_lines(0, 0, 1, true)[1] end
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action) return vim.startswith(action.title, 'Grant every channel') end,
})
wait('fix', function() return first() ~= 'user default on nopass ~* +@all' end)
show('fixed', first())
wait('fixed diagnostics', function() return not vim.tbl_contains(codes(), 'pubsub-no-channels') end)
show('left', #codes() > 0)
`,
  )
  const { stdout, stderr } = spawnSync(
    neovim,
    [
      ...['--headless', '--clean', '-u', join(folder, 'init.lua'), join(folder, 'users.acl')],
      ...[
        '-c',
        `lua local ok, err = pcall(dofile, '${join(folder, 'script.lua')}'); if not ok then print(err) end; vim.cmd('qall!')`,
      ],
    ],
    {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HOME: folder, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
      timeout: 50_000,
    },
  )
  const results = [...(stdout + stderr).matchAll(/RESULT (\w+) (.+?)\r?$/gm)].map(([, key, value = '']) => [
    key,
    JSON.parse(value) as unknown,
  ])
  expect({ results: Object.fromEntries(results) as unknown, said: stdout + stderr }).toMatchObject({
    results: {
      // Columns count bytes in Neovim, and é has two.
      refused: [1, 35, 39],
      completed: 'user é on >a-long-password ~app:* +@read',
      fixed: 'user default on nopass ~* +@all &*',
      left: true,
    },
  })
})
