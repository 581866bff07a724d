/** Finds the state of modules: the variables at the top level of a file that change while the program runs. */

import ts from "typescript";

/** Methods that change the array, map, set or typed array that they are called on. */
const CHANGING = new Set([
  ...["add", "append", "clear", "copyWithin", "delete", "fill", "pop", "push", "reverse", "set", "shift"],
  ...["sort", "splice", "unshift"],
]);

/** Classes whose instances are state only if a function of the module changes them. */
const COLLECTIONS = new Set(["Array", "Map", "Set", "WeakMap", "WeakSet", "ArrayBuffer", "DataView"]);
const isCollection = (name: string): boolean =>
  COLLECTIONS.has(name) || /^(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array$/.test(name);

/** Comments don't matter here. */
const PARSING = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };

/** Classes whose instances never change. */
const UNCHANGING =
  /^(?:RegExp|TextDecoder|TextEncoder|URL|Error|Intl\.\w+|(?:Request|Notification)Type\d?|vscode\.\w+)$/;

/**
 * The names of a module's state: each `let`, each instance of a class, each static property that isn't `readonly`, each
 * exported array without contents that others may fill, and each constant whose contents a function of the module changes.
 */
export function moduleState(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, PARSING, true);
  const constants = new Set<string>();
  const state = new Set<string>();
  for (const statement of source.statements) {
    if (ts.isClassDeclaration(statement)) for (const name of staticState(statement)) state.add(name);
    if (!ts.isVariableStatement(statement) || has(statement, ts.SyntaxKind.DeclareKeyword)) continue;
    const isConstant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
    const isExported = has(statement, ts.SyntaxKind.ExportKeyword);
    for (const { name, type, initializer } of statement.declarationList.declarations) {
      const isState = !isConstant || isInstance(initializer) || (isExported && isOpen(type, initializer));
      for (const one of namesIn(name)) (isState ? state : constants).add(one);
    }
  }
  const visit = (node: ts.Node, isInFunction: boolean): void => {
    const changed = isInFunction ? changedBy(node) : undefined;
    if (changed && constants.has(changed.text) && !isShadowed(changed)) state.add(changed.text);
    const isFunction = isInFunction || ts.isFunctionLike(node);
    ts.forEachChild(node, (child) => visit(child, isFunction));
  };
  visit(source, false);
  return [...state];
}

function has(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && ts.getModifiers(node)?.some((one) => one.kind === kind) === true;
}

function staticState({ name, members }: ts.ClassDeclaration): string[] {
  return members
    .filter(ts.isPropertyDeclaration)
    .filter((one) => has(one, ts.SyntaxKind.StaticKeyword) && !has(one, ts.SyntaxKind.ReadonlyKeyword))
    .map((one) => `${name?.text}.${one.name.getText()}`);
}

/** The names that a declaration gives, also by destructuring. */
function namesIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((one) => (ts.isOmittedExpression(one) ? [] : namesIn(one.name)));
}

function isInstance(initializer: ts.Expression | undefined): boolean {
  if (!initializer || !ts.isNewExpression(initializer)) return false;
  const name = initializer.expression.getText();
  return !isCollection(name) && !UNCHANGING.test(name);
}

/** True of an empty collection whose type lets other modules fill it. */
function isOpen(type: ts.TypeNode | undefined, initializer: ts.Expression | undefined): boolean {
  if (!initializer || /^[Rr]eadonly/.test(type?.getText() ?? "")) return false;
  if (ts.isArrayLiteralExpression(initializer)) return initializer.elements.length === 0;
  return ts.isNewExpression(initializer) && (initializer.arguments?.length ?? 0) === 0;
}

/** The variable whose contents a node changes. */
function changedBy(node: ts.Node): ts.Identifier | undefined {
  if (ts.isDeleteExpression(node)) return ownerOf(node.expression);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const { operator } = node;
    const counts = operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
    return counts ? ownerOf(node.operand) : undefined;
  }
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
    return assigns ? ownerOf(node.left) : undefined;
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  if (/^(?:Object\.(?:assign|defineProperty)|Reflect\.set)$/.test(node.expression.getText()))
    return node.arguments.length > 0 ? ownerOf(node.arguments[0]) : undefined;
  return CHANGING.has(node.expression.name.text) ? ownerOf(node.expression.expression) : undefined;
}

/** The variable at the left end of `x.y[z]!.w`. */
function ownerOf(node: ts.Expression): ts.Identifier | undefined {
  if (ts.isIdentifier(node)) return node;
  const isStep =
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node);
  return isStep ? ownerOf(node.expression) : undefined;
}

/** True if a function around a name declares the same name. */
function isShadowed(name: ts.Identifier): boolean {
  for (let node: ts.Node = name; !ts.isSourceFile(node); node = node.parent)
    if (ts.isFunctionLike(node) && declares(node, name.text)) return true;
  return false;
}

function declares(node: ts.Node, name: string): boolean {
  if (
    (ts.isParameter(node) || ts.isVariableDeclaration(node) || ts.isBindingElement(node)) &&
    namesIn(node.name).includes(name)
  )
    return true;
  return ts.forEachChild(node, (child) => declares(child, name)) ?? false;
}
