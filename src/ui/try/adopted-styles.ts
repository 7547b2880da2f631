import { StyleModule } from 'style-mod';

const SHEETS = new WeakMap<StyleModule, CSSStyleSheet>();

/**
 * Lets the editor's own styles be adopted by the document. Its library would write a `<style>` element, which the page's policy forbids:
 * styles come from files of the page or from its own code. Must be called before an editor is made.
 */
export function adoptEditorStyles(): void {
  StyleModule.mount = (root, modules) => {
    const sheets = [modules].flat().map(sheetOf);
    const others = root.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
    root.adoptedStyleSheets = [...others, ...sheets];
  };
}

function sheetOf(module: StyleModule): CSSStyleSheet {
  const known = SHEETS.get(module);
  if (known) return known;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(module.getRules());
  SHEETS.set(module, sheet);
  return sheet;
}
