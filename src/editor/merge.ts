import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { syntaxHighlighting } from '@codemirror/language'
import { type Change, MergeView, unifiedMergeView } from '@codemirror/merge'
import { type Extension, EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { shortHashes } from './hashes'
import { tokenColours } from './highlight'
import { aclLanguage } from './languages'
import { lineDiff } from './line-diff'
import { theme } from './theme'

/** The options of the two editors. */
export interface MergeOptions {
  readonly before: string
  readonly after: string
  /** True for one editor below the other on narrow screens; the older version is read-only then. */
  readonly narrow: boolean
  readonly editBefore: (text: string) => void
  readonly editAfter: (text: string) => void
  /** Told after each comparison: true where long differences are marked by whole lines only. */
  readonly coarse: (isCoarse: boolean) => void
}

/** The result of `mergeEditors`. */
export interface MergeEditors {
  readonly destroy: () => void
}

function basics(label: string, edited: (text: string) => void): Extension {
  return [
    aclLanguage,
    syntaxHighlighting(tokenColours),
    lineNumbers(),
    history(),
    EditorView.lineWrapping,
    shortHashes,
    keymap.of([...defaultKeymap, ...historyKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) edited(update.state.doc.toString())
    }),
    EditorView.contentAttributes.of({
      'aria-label': label,
      spellcheck: 'false',
      autocapitalize: 'off',
      autocorrect: 'off',
    }),
    theme,
  ]
}

/** Shows two versions of users.acl side by side in an element, with differences marked and equal parts folded. */
export function mergeEditors(parent: HTMLElement, options: MergeOptions): MergeEditors {
  const collapseUnchanged = { margin: 2, minSize: 6 }
  const diffConfig = {
    override: (a: string, b: string): readonly Change[] => {
      const { changes, isCoarse } = lineDiff(a, b)
      options.coarse(isCoarse)
      return changes
    },
  }
  if (options.narrow) {
    const view = new EditorView({
      parent,
      state: EditorState.create({
        doc: options.after,
        extensions: [
          basics('users.acl now, changes marked', options.editAfter),
          unifiedMergeView({ original: options.before, mergeControls: false, collapseUnchanged, diffConfig }),
        ],
      }),
    })
    return { destroy: () => view.destroy() }
  }
  const merge = new MergeView({
    parent,
    a: { doc: options.before, extensions: basics('users.acl before', options.editBefore) },
    b: { doc: options.after, extensions: basics('users.acl now', options.editAfter) },
    collapseUnchanged,
    diffConfig,
  })
  return { destroy: () => merge.destroy() }
}
