/**
 * What the window may load and run: the app's own files and nothing else. Sent as a header with every one of them.
 *
 * `style-src 'unsafe-inline'`: Mantine writes its theme's variables into a `<style>` of its own. A nonce would have to be
 * new for each load to be worth anything, and would have to be written into the page; what it would prevent is a planted
 * style sending something out by loading a picture or a font, and nothing can be loaded from anywhere
 * (`default-src 'none'`, and `webRequest` in security.ts refuses what is not a file of the app).
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
