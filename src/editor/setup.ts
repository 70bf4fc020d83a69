import {
  autocompletion,
  closeCompletion,
  completionKeymap,
  type CompletionSource,
  completionStatus,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { type Language, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import {
  EditorView,
  drawSelection,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
  tooltips,
} from '@codemirror/view'
import { steadyCaret } from './caret'
import { completeAcl, completeConf } from './complete-files'
import { find } from './find'
import { folding } from './folding'
import { formatting, type GivenUp } from './formatting'
import { shortHashes } from './hashes'
import { tokenColours } from './highlight'
import { explainOnHover } from './hover'
import { aclLanguage, confLanguage } from './languages'
import { problems } from './diagnostics'
import { type Rename, renaming } from './renaming'
import { roleKeys } from './roles'
import { spotlight } from './spotlight'
import { enterEndsLine, politeTab } from './tab'
import { theme } from './theme'
import type { AskWorld } from './world'

/** The options of a file editor. */
export interface FileEditorOptions {
  readonly world: AskWorld
  /** The editor's accessible name. */
  readonly label: string
  readonly placeholder: string
  /** Renames a user or role everywhere; absent: F2 does nothing. */
  readonly rename?: Rename
  /** Called where formatting was given up because the text is being edited. */
  readonly formatGivenUp?: GivenUp
}

/** Places the tooltips of the first lines below them, where they do not cover the tabs. */
const belowTabs = tooltips({
  tooltipSpace: (view) => ({
    top: view.dom.getBoundingClientRect().top,
    left: 0,
    bottom: view.dom.ownerDocument.documentElement.clientHeight,
    right: view.dom.ownerDocument.documentElement.clientWidth,
  }),
})

/** Completions that are still looked up when the editor loses the keyboard do not open later and take the arrow keys. */
const noLateCompletion = EditorView.domEventHandlers({
  blur: (_, view) => {
    setTimeout(() => {
      if (!view.hasFocus && completionStatus(view.state) === 'pending') closeCompletion(view)
    })
    return false
  },
})

/** The extensions that the editors of all files have. */
export function fileBasics(complete: CompletionSource, options: FileEditorOptions): Extension {
  return [
    lineNumbers(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    steadyCaret,
    EditorView.lineWrapping,
    enterEndsLine,
    autocompletion({ override: [complete], icons: false, activateOnTyping: true }),
    noLateCompletion,
    problems,
    spotlight,
    politeTab,
    find,
    belowTabs,
    keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
    placeholder(options.placeholder),
    EditorView.contentAttributes.of({
      // It can be reached by Tab as it is; checkers of accessibility only see that with this.
      tabindex: '0',
      'aria-label': options.label,
      spellcheck: 'false',
      autocapitalize: 'off',
      autocorrect: 'off',
    }),
    theme,
  ]
}

function fileEditor(
  kind: 'acl' | 'conf',
  language: Language,
  complete: CompletionSource,
  options: FileEditorOptions,
): Extension {
  const { world, rename, formatGivenUp } = options
  return [
    language,
    syntaxHighlighting(tokenColours),
    shortHashes,
    explainOnHover(world),
    formatting(kind, world, formatGivenUp),
    rename ? renaming(rename) : [],
    roleKeys,
    fileBasics(complete, options),
    folding,
  ]
}

/** The extensions of an editor of users.acl. Update it with `showDiagnostics` and `lightUp`. */
export function aclEditor(options: FileEditorOptions): Extension {
  return fileEditor('acl', aclLanguage, completeAcl(options.world), options)
}

/** The extensions of an editor of redis.conf. */
export function confEditor(options: FileEditorOptions): Extension {
  return fileEditor('conf', confLanguage, completeConf(options.world), options)
}
