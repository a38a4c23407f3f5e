/**
 * Type-aware lint. Every rule that is off says why; what protects the promise (`ephemeral/no-text`) is a rule of our own.
 */
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { ephemeral } from './build/lint/ephemeral.js';

export default defineConfig(
  globalIgnores(['dist/', 'out/', 'release/', 'coverage/', 'test/fixtures/']),
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { ephemeral },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // A secret must not become text, reach a file or a log. See SECURITY in README.md.
      'ephemeral/no-text': 'error',

      '@typescript-eslint/no-floating-promises': 'error',
      // A promise where nobody awaits one loses its failure; as an event listener that is told apart by its own catch.
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
      'max-lines': ['warn', { max: 400, skipBlankLines: true, skipComments: true }],

      // Numbers in a template print as they should; writing .toString() everywhere hides the sentence.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => void call()` and `() => resolve()` say what they mean.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Ports are asynchronous because their real implementations are; one in memory has nothing to await.
      '@typescript-eslint/require-await': 'off',
      // `x === undefined ? … : …` beside an optional chain is a matter of reading, not of safety.
      '@typescript-eslint/prefer-optional-chain': 'off',
      // Data from outside is checked even where its type says it cannot be otherwise.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Attributes of a format (row['date']) are data, not members.
      '@typescript-eslint/dot-notation': 'off',
      // Spreading a string gives its code points, which is what is wanted where it is done.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // A callback that must not rely on `this` says `this: void`.
      '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
      // It asks for `!`, which no-non-null-assertion forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // An object type is `interface` where it is a thing and `type` where it is composed; both are readable.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // A signal aborts with whatever reason its owner gave; it is passed on, not made.
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      // `||` on strings treats an empty one as absent, on purpose.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      // Names that begin with _ are there for their position.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // Patterns for control characters are how hostile names are refused.
      'no-control-regex': 'off',
    },
  },
  {
    // The command line and the scripts speak to a person.
    files: [
      'src/main/{cli,terminal}/**/*.ts',
      'test/bench/**/*.ts',
      'test/support/**/*.ts',
      'test/hosts/**/*.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.{ts,tsx}'],
    rules: {
      // The secrets of tests are made up, and some tests show that they refuse to become text.
      'ephemeral/no-text': 'off',
      // A test says `found!` where the line before has asserted it.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Tests give wrong values on purpose.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      // expect(object.method) is not a call that loses its `this`.
      '@typescript-eslint/unbound-method': 'off',
      'max-lines': ['warn', { max: 600, skipBlankLines: true, skipComments: true }],
    },
  },
);
