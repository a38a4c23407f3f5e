/**
 * Every colour of the window, light and dark: one accent, three states, greys. The pairs that carry text are at least
 * 4.5 : 1, borders of controls 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11); a test computes it.
 */

export interface Colours {
  readonly page: string;
  readonly surface: string;
  /** Behind what is set back: table heads, wells, progress tracks. */
  readonly sunken: string;
  readonly line: string;
  /** Around a button whose words say what it is. */
  readonly outline: string;
  /** Around boxes and fields, which have nothing else to be seen by. */
  readonly edge: string;
  readonly text: string;
  readonly soft: string;
  /** Fills of buttons and bars; white stands on it. */
  readonly accent: string;
  readonly accentHover: string;
  readonly accentText: string;
  readonly accentWash: string;
  readonly good: string;
  readonly goodWash: string;
  readonly attention: string;
  readonly attentionWash: string;
  readonly bad: string;
  readonly badWash: string;
}

export const LIGHT: Colours = {
  page: '#f5f6f8',
  surface: '#ffffff',
  sunken: '#eceff3',
  line: '#dde1e8',
  outline: '#bcc3ce',
  edge: '#848d9c',
  text: '#191c22',
  soft: '#545c6a',
  accent: '#2f5bdc',
  accentHover: '#264dc2',
  accentText: '#254bc0',
  accentWash: '#ebf0fe',
  good: '#12693a',
  goodWash: '#e4f5ea',
  attention: '#855000',
  attentionWash: '#fdf1da',
  bad: '#ae1f2a',
  badWash: '#fdebec',
};

export const DARK: Colours = {
  page: '#121419',
  surface: '#1b1e25',
  sunken: '#262a33',
  line: '#313641',
  outline: '#4a5260',
  edge: '#737d8e',
  text: '#eceef2',
  soft: '#a9b1be',
  accent: '#3f6be8',
  accentHover: '#345fd9',
  accentText: '#a3baff',
  accentWash: '#1e2a49',
  good: '#7ddba0',
  goodWash: '#173424',
  attention: '#f2c265',
  attentionWash: '#3a2d13',
  bad: '#ff9ea3',
  badWash: '#43191d',
};
