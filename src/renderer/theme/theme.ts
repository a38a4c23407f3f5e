/** The look of the window for Mantine: six text sizes, 12 px corners, one accent; colours are in `colours.ts`. */
import {
  ActionIcon,
  Anchor,
  Button,
  Checkbox,
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  Modal,
  NumberInput,
  Progress,
  rem,
  Text,
  TextInput,
} from '@mantine/core';
import { DARK, LIGHT, type Colours } from './colours.ts';

/** Mantine wants ten shades; ours are those that are used, from washes to text on white. */
const ACCENT: MantineColorsTuple = [
  '#ebf0fe',
  '#d8e2fd',
  '#b7c8fb',
  '#a3baff',
  '#6f91f3',
  '#3f6be8',
  '#2f5bdc',
  '#264dc2',
  '#1f409f',
  '#18327c',
];

/** The greys that Mantine's dark scheme is made of, from text to the deepest ground. */
const GREYS: MantineColorsTuple = [
  DARK.text,
  '#c9ced7',
  DARK.soft,
  DARK.edge,
  DARK.line,
  DARK.sunken,
  DARK.surface,
  DARK.page,
  '#0e1014',
  '#0a0c0f',
];

export const theme = createTheme({
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans SC", "Noto Sans CJK SC", "Noto Sans Arabic", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono", monospace',
  fontSizes: { xs: rem(13), sm: rem(15), md: rem(17), lg: rem(22), xl: rem(32) },
  lineHeights: { xs: '1.45', sm: '1.5', md: '1.5', lg: '1.35', xl: '1.2' },
  spacing: { xs: rem(8), sm: rem(12), md: rem(16), lg: rem(24), xl: rem(32) },
  radius: { xs: rem(4), sm: rem(8), md: rem(12), lg: rem(16), xl: rem(24) },
  defaultRadius: 'md',
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: rem(32), lineHeight: '1.2' },
      h2: { fontSize: rem(22), lineHeight: '1.3' },
      h3: { fontSize: rem(17), lineHeight: '1.4' },
      h4: { fontSize: rem(15), lineHeight: '1.4' },
    },
  },
  colors: { accent: ACCENT, dark: GREYS },
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', size: 40, radius: 'md' } }),
    Anchor: Anchor.extend({ defaultProps: { underline: 'always' } }),
    Button: Button.extend({ defaultProps: { size: 'md' } }),
    Checkbox: Checkbox.extend({ defaultProps: { radius: 'xs' } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, radius: 'lg', padding: 'lg', transitionProps: { duration: 150 } },
    }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'md' } }),
    Progress: Progress.extend({ defaultProps: { radius: 'xl' } }),
    Text: Text.extend({ defaultProps: { size: 'sm' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'md' } }),
  },
});

const variablesOf = (colours: Colours): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(colours).map(([name, value]) => [
      `--om-${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`,
      String(value),
    ]),
  ),
  '--mantine-color-body': colours.surface,
  '--mantine-color-text': colours.text,
  '--mantine-color-dimmed': colours.soft,
  '--mantine-color-placeholder': colours.soft,
  '--mantine-color-anchor': colours.accentText,
  '--mantine-color-error': colours.bad,
  '--mantine-color-default': colours.surface,
  '--mantine-color-default-hover': colours.sunken,
  '--mantine-color-default-color': colours.text,
  '--mantine-color-default-border': colours.outline,
  '--mantine-primary-color-filled': colours.accent,
  '--mantine-primary-color-filled-hover': colours.accentHover,
  '--mantine-primary-color-light-color': colours.accentText,
  '--mantine-color-accent-filled': colours.accent,
  '--mantine-color-accent-filled-hover': colours.accentHover,
  '--mantine-color-accent-light': colours.accentWash,
  '--mantine-color-accent-light-hover': colours.sunken,
  '--mantine-color-accent-light-color': colours.accentText,
  '--mantine-color-accent-text': colours.accentText,
  '--mantine-color-accent-outline': colours.accentText,
});

/** `--om-…` for our style sheets, and the same colours under Mantine's names. */
export const variables: CSSVariablesResolver = () => ({
  variables: { '--om-code-size': rem(56), '--om-column': rem(720) },
  light: variablesOf(LIGHT),
  dark: variablesOf(DARK),
});
