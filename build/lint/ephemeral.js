/**
 * Keeps `Ephemeral` values (src/transfer/privacy/ephemeral.ts) away from everything that writes or prints. At run time
 * they refuse to become text; this finds the attempt before it runs, as far as types can see: a value of that type, or
 * an object, array or promise that holds one, given to console, JSON, a file call, a stream's write, String, or a
 * template.
 */

/** How deep objects are looked into: `{ event: { code: Ephemeral } }` is found, a whole graph is not walked. */
const DEPTH = 3;

/** Objects whose every method prints or writes what it is given. */
const SINK_OBJECTS = new Set(['console', 'JSON', 'fs', 'fsPromises', 'fsp']);
const SINK_MODULES = new Set(['node:fs', 'node:fs/promises', 'fs', 'fs/promises']);
const SINK_FUNCTIONS = new Set(['String', 'structuredClone', 'inspect', 'format']);
const SINK_METHODS = new Set(['write', 'postMessage', 'appendFile', 'writeFile']);

/** Flags of TypeScript's own `ObjectFlags.Reference` and `SymbolFlags.Class`. */
const REFERENCE = 4;
const CLASS = 32;

function isEphemeral(type) {
  return type.getSymbol()?.getName() === 'Ephemeral';
}

/** Elements of an array or a tuple, what a promise promises. */
function typeArguments(checker, type) {
  return (type.objectFlags ?? 0) & REFERENCE ? checker.getTypeArguments(type) : [];
}

function holdsEphemeral(checker, type, node, depth = DEPTH) {
  if (isEphemeral(type)) return true;
  if (depth === 0) return false;
  if (type.isUnionOrIntersection()) {
    return type.types.some((part) => holdsEphemeral(checker, part, node, depth));
  }
  if (typeArguments(checker, type).some((part) => holdsEphemeral(checker, part, node, depth - 1)))
    return true;
  // Only plain shapes: a class keeps its secrets in private fields, which nothing prints.
  if ((type.getSymbol()?.flags ?? 0) & CLASS || type.getCallSignatures().length > 0) return false;
  return checker
    .getPropertiesOfType(type)
    .some((property) =>
      holdsEphemeral(checker, checker.getTypeOfSymbolAtLocation(property, node), node, depth - 1),
    );
}

const noText = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { text: 'An Ephemeral value must not be printed, serialised, cloned or written ({{ sink }}).' },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();
    const fileFunctions = new Set();

    function report(node, sink) {
      const inner = node.type === 'SpreadElement' ? node.argument : node;
      const typed = services.esTreeNodeToTSNodeMap.get(inner);
      if (holdsEphemeral(checker, checker.getTypeAtLocation(typed), typed)) {
        context.report({ node, messageId: 'text', data: { sink } });
      }
    }

    function sinkOf(callee) {
      if (callee.type === 'Identifier') {
        return SINK_FUNCTIONS.has(callee.name) || fileFunctions.has(callee.name) ? callee.name : undefined;
      }
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return undefined;
      const { object, property } = callee;
      const isSink =
        (object.type === 'Identifier' && (SINK_OBJECTS.has(object.name) || fileFunctions.has(object.name))) ||
        SINK_METHODS.has(property.name);
      return isSink ? property.name : undefined;
    }

    return {
      ImportDeclaration(node) {
        if (!SINK_MODULES.has(node.source.value)) return;
        for (const specifier of node.specifiers) fileFunctions.add(specifier.local.name);
      },
      CallExpression(node) {
        const sink = sinkOf(node.callee);
        if (sink === undefined) return;
        for (const argument of node.arguments) report(argument, sink);
      },
      TemplateLiteral(node) {
        for (const expression of node.expressions) report(expression, 'template');
      },
      'BinaryExpression[operator="+"]'(node) {
        if (node.left.type !== 'PrivateIdentifier') report(node.left, '+');
        report(node.right, '+');
      },
    };
  },
};

export const ephemeral = { rules: { 'no-text': noText } };
