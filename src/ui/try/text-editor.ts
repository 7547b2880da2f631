import { history, historyKeymap, standardKeymap } from '@codemirror/commands';
import { Annotation, EditorState } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { findEdit, type TextEdit } from '../../studio/try/entity-shift';
import { adoptEditorStyles } from './adopted-styles';
import { ENTITY_MARKS } from './entity-marks';
import { coveringEdit, SHOWN_ENTITIES, showEntities, type ShownEntities } from './shown-entities';

export interface TextEditorOptions {
  /** Id of the element that names the field. */
  labelledBy: string;
  placeholder: string;
  /** Most code units that the field takes. */
  longest: number;
  ontype: (text: string, edit: TextEdit) => void;
  /** Hears how long a text would have become that was not taken. */
  onrefuse: (length: number) => void;
}

/**
 * Puts typed text into the document. The browser would put it into the page for the document to follow, and looks through the whole of a
 * long line for that; it still does so for input methods.
 */
function insertText(event: InputEvent, view: EditorView): boolean {
  if (event.inputType !== 'insertText' || event.isComposing || event.data === null) return false;
  if (view.composing) return false;
  view.dispatch(view.state.replaceSelection(event.data), {
    userEvent: 'input.type',
    scrollIntoView: true,
  });
  return true;
}

/** Marks a change that did not come from the person. */
const given = Annotation.define<true>();

/**
 * Field for a long text with its entities marked. Only what is in sight is in the page; caret, selection and input methods are the
 * browser's own, Tab leaves the field.
 */
export class TextEditor {
  readonly #view: EditorView;
  /** Text as it was told or given last. */
  #text = '';

  constructor(parent: HTMLElement, options: TextEditorOptions) {
    adoptEditorStyles();
    const { labelledBy, longest, ontype, onrefuse } = options;
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        extensions: [
          history(),
          keymap.of([...standardKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorView.perLineTextDirection.of(true),
          EditorView.contentAttributes.of({ 'aria-labelledby': labelledBy }),
          placeholder(options.placeholder),
          EditorView.domEventHandlers({ beforeinput: insertText }),
          SHOWN_ENTITIES,
          ENTITY_MARKS,
          EditorState.changeFilter.of((transaction) => {
            const { length } = transaction.newDoc;
            if (length <= longest || transaction.annotation(given)) return true;
            onrefuse(length);
            return false;
          }),
          EditorView.updateListener.of(({ docChanged, changes, state, transactions }) => {
            if (!docChanged || transactions.some((each) => each.annotation(given))) return;
            this.#text = state.doc.toString();
            ontype(this.#text, coveringEdit(changes));
          }),
        ],
      }),
    });
  }

  /** Shows a text, unless it is what the person has typed, and its entities. */
  show(text: string, shown: ShownEntities): void {
    const effects = showEntities.of(shown);
    if (text === this.#text) {
      this.#view.dispatch({ effects });
      return;
    }
    this.#text = text;
    // Line ends of every system are one here; texts of this page have no others.
    const normal = text.replaceAll(/\r\n?/g, '\n');
    const { start, end, inserted } = findEdit(this.#view.state.doc.toString(), normal);
    this.#view.dispatch({
      changes: { from: start, to: end, insert: normal.slice(start, start + inserted) },
      annotations: given.of(true),
      effects,
    });
  }

  destroy(): void {
    this.#view.destroy();
  }
}
