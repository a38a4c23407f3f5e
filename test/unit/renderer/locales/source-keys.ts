/** Which texts the sources ask for, read from their syntax: `t('meet.title')`, `` t(`errors.${code}.what`) ``. */
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

export interface Asked {
  readonly where: string;
  /** A key, or what of a key stands still: `errors.${code}.what` matches any code. */
  readonly key: string | RegExp;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What a string expression may be: a literal, a template with holes, either side of a condition. */
function stringsOf(node: ts.Expression): (string | RegExp)[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.map(({ literal }) => `[^.]+${escaped(literal.text)}`);
    return [new RegExp(`^${escaped(node.head.text)}${spans.join('')}$`)];
  }
  if (ts.isConditionalExpression(node)) return [...stringsOf(node.whenTrue), ...stringsOf(node.whenFalse)];
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return stringsOf(node.expression);
  return [];
}

export interface SourceKeys {
  /** Handed to `t` or to `<Trans i18nKey>`. */
  readonly asked: readonly Asked[];
  /** Every other string or template, which may be a key on its way to `t`. */
  readonly mentioned: readonly (string | RegExp)[];
}

export function keysInSource(fileName: string, text: string): SourceKeys {
  const kind = fileName.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true, kind);
  const asked: Asked[] = [];
  const mentioned: (string | RegExp)[] = [];
  const ask = (node: ts.Expression): void => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    for (const key of stringsOf(node)) asked.push({ where: `${fileName}:${line}`, key });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const callee = node.expression;
      const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
      const [first] = node.arguments;
      if ((name === 't' || name === 'exists') && first !== undefined) ask(first);
    }
    if (ts.isJsxAttribute(node) && node.name.getText() === 'i18nKey' && node.initializer !== undefined) {
      const { initializer } = node;
      if (ts.isStringLiteral(initializer)) ask(initializer);
      else if (ts.isJsxExpression(initializer) && initializer.expression) ask(initializer.expression);
    }
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) mentioned.push(...stringsOf(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { asked, mentioned };
}

export function keysInFolder(folder: string): SourceKeys {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const found = files.map((name) => keysInSource(name, readFileSync(folder + name, 'utf8')));
  return {
    asked: found.flatMap(({ asked }) => asked),
    mentioned: found.flatMap(({ mentioned }) => mentioned),
  };
}
