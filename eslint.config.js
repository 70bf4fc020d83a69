import js from '@eslint/js'
import importX from 'eslint-plugin-import-x'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'

/** The rooms, top first: a room imports only from rooms before it. */
const rooms = [
  'acl',
  'targets',
  'resp',
  'keyspace',
  'server',
  'proof',
  'analysis',
  'ask',
  'workspace',
  'host',
  'editor',
  'app',
  'lsp',
  'cli',
  'library',
]
/** The faces, with the rooms before them that they do not import: the page asks its worker for proofs. */
const apart = {
  editor: ['proof'],
  app: ['proof'],
  lsp: ['app'],
  cli: ['editor', 'app'],
  library: ['editor', 'app', 'lsp'],
}
const outsideWorld = [
  'window',
  'document',
  'navigator',
  'localStorage',
  'sessionStorage',
  'location',
  'process',
  'Buffer',
  'fetch',
  'setTimeout',
  'setInterval',
  'performance',
  'crypto',
]

/** Restricted syntax for every file. A private constructor has no other spelling. */
const restrictedSyntax = [
  {
    selector: ':matches(PropertyDefinition, MethodDefinition[kind!="constructor"], TSParameterProperty)[accessibility]',
    message: 'Write `#name` for a private member and no modifier for a public one.',
  },
  {
    selector:
      'LogicalExpression[operator="??"][right.value=""] > MemberExpression[computed=true]:matches([object.name="argv"], [object.property.name="argv"])',
    message: 'Read a command line through `Arguments`, or `textAt` and `wordAt` where it may be of any length.',
  },
]

function forbiddenRooms(room) {
  return [...(apart[room] ?? []), ...rooms.slice(rooms.indexOf(room) + 1), 'tools']
}

/** Static and dynamic imports, re-exports included. */
function directionRules(room) {
  const forbidden = forbiddenRooms(room).join('|')
  const pattern = `^(\\.\\./)+(${forbidden})(/|$)`
  const message = `src/${room} may import only from the rooms above it.`
  const literal = `/^(\\.\\.\\/)+(${forbidden})(\\/|$)/`
  return {
    files: [`src/${room}/**/*.{ts,svelte}`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: pattern, message },
            ...(rooms.indexOf(room) < rooms.indexOf('editor')
              ? [{ regex: '^node:', message: 'Rooms above the editor do not touch Node.' }]
              : []),
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        ...restrictedSyntax,
        { selector: `ImportExpression > Literal[value=${literal}]`, message },
        { selector: `TSImportType Literal[value=${literal}]`, message },
      ],
    },
  }
}

export default ts.config(
  { ignores: ['dist/', 'node_modules/', '.svelte-check/', 'src/targets/data/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    plugins: { 'import-x': importX },
    rules: {
      'import-x/no-duplicates': ['error', { 'prefer-inline': true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-control-regex': 'off',
      'no-alert': 'error',
      'no-undef': 'off',
      'svelte/no-at-html-tags': 'error',
      'no-restricted-syntax': ['error', ...restrictedSyntax],
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Text reaches the page as text only.' },
        { property: 'outerHTML', message: 'Text reaches the page as text only.' },
        { property: 'insertAdjacentHTML', message: 'Text reaches the page as text only.' },
      ],
    },
  },
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
  ...ts.configs.recommendedTypeCheckedOnly.map((config) => ({ ...config, files: ['src/**/*.ts'] })),
  {
    files: ['src/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  },
  {
    // What a script throws is a Lua value, and functions of the WebAssembly module have no `this`.
    files: ['src/server/scripting/**/*.ts'],
    rules: { '@typescript-eslint/only-throw-error': 'off', '@typescript-eslint/unbound-method': 'off' },
  },
  ...rooms.map(directionRules),
  { files: ['src/**/*.{ts,svelte}'], rules: { '@typescript-eslint/no-non-null-assertion': 'error' } },
  {
    files: [`src/{${rooms.slice(0, rooms.indexOf('editor')).join(',')}}/**/*.ts`],
    ignores: ['src/host/*.worker.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...outsideWorld.map((name) => ({ name, message: 'Rooms above the editor are handed the outside world.' })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is handed in.' },
        { object: 'Math', property: 'random', message: 'Randomness is handed in.' },
      ],
    },
  },
)
