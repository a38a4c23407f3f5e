/** The look of the saved receipt: by itself in a browser, light, dark and on paper. */
export const RECEIPT_STYLE = `
:root { color-scheme: light dark; --page: #f5f6f8; --surface: #fff; --line: #dde1e8; --text: #191c22; --soft: #545c6a; --good: #12693a; --attention: #855000; --accent: #254bc0; }
@media (prefers-color-scheme: dark) { :root { --page: #121419; --surface: #1b1e25; --line: #313641; --text: #eceef2; --soft: #a9b1be; --good: #7ddba0; --attention: #f2c265; --accent: #a3baff; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1rem; background: var(--page); color: var(--text); font: 17px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-inline-size: 45rem; margin-inline: auto; padding: 2rem; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; }
.brand, .note { color: var(--soft); font-size: 13px; margin: 0; }
h1 { font-size: 32px; line-height: 1.2; margin: .25rem 0 .5rem; }
h2 { font-size: 17px; margin: 1.5rem 0 .5rem; }
.good { color: var(--good); } .attention { color: var(--attention); } .accent { color: var(--accent); }
table { inline-size: 100%; margin-block: 1.5rem 1rem; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .5rem; border-block-end: 1px solid var(--line); text-align: end; }
th:first-child { text-align: start; padding-inline-start: 0; }
thead th { color: var(--soft); font-size: 13px; font-weight: 500; vertical-align: bottom; }
tbody th { font-weight: 500; }
tfoot th, tfoot td { border: 0; font-weight: 700; }
ul { margin: 0 0 1.5rem; padding: 0; list-style: none; }
li { padding-block: .25rem; color: var(--text); }
li.attention b::before { content: "! "; color: var(--attention); }
@media print { :root { --page: #fff; --surface: #fff; --line: #999; --text: #000; --soft: #333; --good: #000; --attention: #000; --accent: #000; } body { padding: 0; font-size: 11pt; } main { border: 0; padding: 0; max-inline-size: none; } tr { break-inside: avoid; } }
`;
