import { imageStageCss } from "../stage/image/css";

/** The widget's look: the host's own colours and fonts where it has them, our accents on them. */
export const css = `
${imageStageCss}
:host { all: initial; display: block; contain: layout paint; container-type: inline-size; }
:host(:fullscreen) { background: Canvas; }
:host(:fullscreen) .nb { height: 100vh; border-radius: 0; }
:host(:fullscreen) .nb-middle { height: auto; max-height: none; flex: 1; resize: none; }
* { box-sizing: border-box; }
.nb {
  --nb-bg: var(--jp-layout-color0, var(--vscode-editor-background, var(--background, #fff)));
  --nb-fg: var(--jp-ui-font-color0, var(--vscode-editor-foreground, #1a1d21));
  --nb-panel: color-mix(in srgb, var(--nb-bg) 96%, #5a7da8);
  --nb-line: color-mix(in srgb, var(--nb-bg) 84%, #4a5560);
  --nb-muted: color-mix(in srgb, var(--nb-fg) 68%, var(--nb-bg));
  --nb-accent: #1864d6;
  --nb-on-accent: #fff;
  --nb-focus: #1864d6;
  --nb-good: #1a7f37; --nb-amber: #8a5a00; --nb-bad: #c01c28; --nb-model: #6d4fc2;
  --nb-font: var(--jp-ui-font-family, var(--vscode-font-family, system-ui, -apple-system, "Segoe UI", sans-serif));
  --nb-mono: var(--jp-code-font-family, ui-monospace, monospace);
  --nb-ink: #000;
  position: relative; display: flex; flex-direction: column; min-width: 0;
  font: 14px/1.45 var(--nb-font); color: var(--nb-fg); background: var(--nb-bg);
  border: 1px solid var(--nb-line); border-radius: 8px; overflow: hidden; outline: none;
  font-variant-numeric: tabular-nums; text-align: left; color-scheme: light;
}
.nb-dark {
  --nb-bg: var(--jp-layout-color0, var(--vscode-editor-background, var(--background, #16181b)));
  --nb-fg: var(--jp-ui-font-color0, var(--vscode-editor-foreground, #eceef0));
  --nb-panel: color-mix(in srgb, var(--nb-bg) 92%, #8fa5c0);
  --nb-line: color-mix(in srgb, var(--nb-bg) 78%, #aab4be);
  --nb-accent: #6aa9ff; --nb-on-accent: #08131f; --nb-focus: #8abaff;
  --nb-good: #57c26e; --nb-amber: #e0a63a; --nb-bad: #ff8a86; --nb-model: #b39bf5;
  --nb-ink: #fff;
  color-scheme: dark;
}
.nb:focus-visible { box-shadow: inset 0 0 0 2px var(--nb-focus); }
:is(button, input, select, [tabindex]):focus-visible { outline: 2px solid var(--nb-focus); outline-offset: 1px; }
button, input, select { font: inherit; color: inherit; }
button { cursor: pointer; }
[aria-disabled=true] { cursor: default; }
p, h1, h2, h3, h4, h5, h6, ul, dl, dd { margin: 0; padding: 0; }
kbd {
  font: 11px/1 var(--nb-mono); padding: 2px 5px; border-radius: 4px; border: 1px solid var(--nb-line);
  background: color-mix(in srgb, var(--nb-bg) 94%, var(--nb-ink)); color: var(--nb-muted); white-space: nowrap;
}
.nb-grow { flex: 1; min-width: 0; }
.nb-muted { color: var(--nb-muted); }
.nb-icon { width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 1.4; stroke-linecap: round; stroke-linejoin: round; display: block; }

.nb-top { position: relative; display: flex; align-items: center; gap: 6px; height: 37px; padding: 3px 8px 0; border-bottom: 1px solid var(--nb-line); flex: none; }
.nb-progress { position: absolute; inset: 0 0 auto; height: 3px; background: var(--nb-line); }
.nb-progress i { display: block; height: 3px; background: var(--nb-accent); transition: width .15s; }
.nb-tool { display: grid; place-items: center; width: 26px; height: 26px; padding: 0; border: 0; border-radius: 5px; background: none; flex: none; }
.nb-tool:hover, .nb-tool[aria-pressed=true] { background: color-mix(in srgb, var(--nb-bg) 90%, var(--nb-ink)); }
.nb-tool[aria-disabled=true] { opacity: .38; background: none; }
.nb-place { border: 0; background: none; padding: 2px 4px; border-radius: 4px; color: var(--nb-muted); white-space: nowrap; }
button.nb-place:hover { background: color-mix(in srgb, var(--nb-bg) 90%, var(--nb-ink)); }
input.nb-place { width: 84px; }
.nb-place b { color: var(--nb-fg); }
.nb-field { height: 26px; padding: 0 6px; border: 1px solid var(--nb-line); border-radius: 5px; background: var(--nb-bg); color: var(--nb-fg); }
.nb-small { height: 20px; padding: 0 6px; border: 0; border-radius: 4px; background: none; font-size: 12px; font-weight: 600; white-space: nowrap; }
.nb-small:hover { background: color-mix(in srgb, var(--nb-bg) 88%, var(--nb-ink)); }

.nb-panel { padding: 10px 14px; border-bottom: 1px solid var(--nb-line); background: var(--nb-panel); max-height: 260px; overflow: auto; flex: none; }
.nb-keys { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 4px 18px; }
.nb-keys > div { display: flex; gap: 8px; align-items: baseline; }
.nb-keys dt { min-width: 92px; text-align: right; flex: none; }
.nb-setting { display: flex; gap: 8px; align-items: center; min-height: 24px; }

.nb-palette { display: flex; flex-wrap: wrap; gap: 6px 14px; padding: 7px 10px; border-bottom: 1px solid var(--nb-line); background: var(--nb-panel); flex: none; max-height: 148px; overflow: auto; }
.nb-labels { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; padding: 2px; }
.nb-labels.nb-column { flex-direction: column; align-items: flex-start; }
.nb-search { width: 210px; height: 28px; padding: 0 8px; border: 1px solid var(--nb-line); border-radius: 6px; background: var(--nb-bg); }
.nb-chip {
  --nb-label: var(--nb-muted);
  display: inline-flex; align-items: center; gap: 7px; height: 28px; padding: 0 8px; border-radius: 6px; white-space: nowrap;
  border: 1px solid color-mix(in srgb, var(--nb-label) 55%, var(--nb-bg));
  background: color-mix(in srgb, var(--nb-label) 10%, var(--nb-bg));
}
.nb-chip:hover { background: color-mix(in srgb, var(--nb-label) 20%, var(--nb-bg)); }
.nb-chip[aria-pressed=true] { background: color-mix(in srgb, var(--nb-label) 38%, var(--nb-bg)); border-color: var(--nb-label); box-shadow: 0 0 0 2px color-mix(in srgb, var(--nb-label) 45%, var(--nb-bg)); font-weight: 600; }
.nb-chip small { color: var(--nb-muted); }
.nb-swatch { width: 10px; height: 10px; border-radius: 3px; background: var(--nb-label); flex: none; }
.nb-swatch.nb-dashed { background: none; border: 1.5px dashed var(--nb-label); }

.nb-middle { display: flex; min-height: 200px; height: 400px; max-height: 1200px; resize: vertical; overflow: hidden; position: relative; }
.nb-data { flex: 1; min-width: 0; overflow: auto; padding: 14px 18px; position: relative; overflow-wrap: anywhere; }
.nb-data:focus-visible { outline-offset: -2px; }
.nb-view { min-width: 0; }
.nb-view.nb-inline { display: inline-block; }
.nb-view > * + * { margin-top: 12px; }
.nb-header { line-height: 1.3; font-weight: 600; }
.nb-underline { border-bottom: 1px solid var(--nb-line); padding-bottom: 4px; }
.nb-notice { color: var(--nb-muted); border: 1px dashed var(--nb-line); border-radius: 6px; padding: 8px 10px; }
.nb-loading { position: absolute; inset: 0 0 auto; padding: 8px; text-align: center; background: var(--nb-panel); color: var(--nb-muted); }
.nb-end { display: grid; place-items: center; align-content: center; gap: 12px; height: 100%; font-size: 16px; text-align: center; }

.nb-choices { display: flex; flex-direction: column; gap: 8px; max-width: 760px; }
.nb-choices.nb-inline { flex-direction: row; flex-wrap: wrap; max-width: none; }
.nb-inline > .nb-choice { flex: 1 1 190px; width: auto; }
.nb-choice {
  display: flex; align-items: center; gap: 12px; width: 100%; min-height: 42px; padding: 6px 12px; text-align: left;
  border: 1px solid var(--nb-line); border-radius: 8px; background: var(--nb-bg); color: var(--nb-fg);
}
.nb-choice:hover { background: var(--nb-panel); border-color: color-mix(in srgb, var(--nb-line) 60%, var(--nb-accent)); }
.nb-choice[aria-checked=true] { border-color: var(--nb-accent); background: color-mix(in srgb, var(--nb-accent) 12%, var(--nb-bg)); }
.nb-choice.nb-suggested { border: 1px dashed var(--nb-model); }
.nb-score { color: var(--nb-model); font-size: 13px; }
.nb-mark { width: 18px; height: 18px; border: 1.5px solid var(--nb-muted); border-radius: 50%; flex: none; }
[role=checkbox] > .nb-mark { border-radius: 4px; }
[aria-checked=true] > .nb-mark { border: 5.5px solid var(--nb-accent); }
[role=checkbox][aria-checked=true] > .nb-mark { border-width: 1.5px; background: var(--nb-accent) no-repeat center/12px; clip-path: none; box-shadow: inset 0 0 0 2px var(--nb-bg); }
[aria-checked=mixed] > .nb-mark { background: linear-gradient(var(--nb-accent), var(--nb-accent)) no-repeat center/10px 2px; }
.nb-nested { display: flex; flex-direction: column; gap: 6px; padding-left: 26px; }
.nb-select { position: relative; max-width: 420px; }
.nb-select .nb-field { display: flex; align-items: center; gap: 8px; width: 100%; height: 34px; text-align: left; }
.nb-listbox { position: absolute; z-index: 5; left: 0; right: 0; top: 100%; margin-top: 3px; max-height: 240px; overflow: auto; background: var(--nb-bg); border: 1px solid var(--nb-line); border-radius: 6px; box-shadow: 0 4px 14px #0004; }
.nb-listbox[hidden] { display: none; }
.nb-option { display: flex; gap: 8px; padding: 5px 10px; }
.nb-option.nb-at { background: color-mix(in srgb, var(--nb-bg) 90%, var(--nb-ink)); }
.nb-option[aria-selected=true] { background: color-mix(in srgb, var(--nb-accent) 16%, var(--nb-bg)); font-weight: 600; }

.nb-image { position: relative; }
.nb-tools { position: absolute; z-index: 2; left: 8px; top: 8px; display: flex; flex-direction: column; gap: 2px; padding: 3px; border: 1px solid var(--nb-line); border-radius: 7px; background: color-mix(in srgb, var(--nb-bg) 92%, transparent); }
.nb-fit { font-size: 11px; font-weight: 600; }

.nb-side { width: 214px; flex: none; display: flex; flex-direction: column; border-left: 1px solid var(--nb-line); background: var(--nb-panel); min-height: 0; }
.nb-side.nb-none { display: none; }
.nb-side h2 { display: flex; align-items: center; height: 28px; padding: 0 4px 0 10px; font-size: 12px; font-weight: 600; color: var(--nb-muted); flex: none; }
.nb-side h2 kbd { margin-right: 4px; }
.nb-list { list-style: none; overflow: auto; min-height: 0; flex: 0 1 auto; }
.nb-row { display: flex; align-items: center; height: 24px; padding-right: 2px; }
.nb-row:hover { background: color-mix(in srgb, var(--nb-bg) 90%, var(--nb-ink)); }
.nb-row.nb-selected { background: color-mix(in srgb, var(--nb-accent) 18%, var(--nb-bg)); }
.nb-row.nb-hidden .nb-pick { opacity: .55; }
.nb-pick { display: flex; align-items: center; gap: 7px; flex: 1; min-width: 0; height: 24px; padding: 0 4px 0 10px; border: 0; background: none; text-align: left; font-size: 13px; white-space: nowrap; overflow: hidden; }
.nb-pick:focus-visible { outline-offset: -2px; }
.nb-pick b { color: color-mix(in srgb, var(--nb-label) 55%, var(--nb-fg)); font-weight: 600; flex: none; max-width: 60%; overflow: hidden; text-overflow: ellipsis; }
.nb-what { color: var(--nb-muted); overflow: hidden; text-overflow: ellipsis; }
.nb-row .nb-tool { width: 20px; height: 20px; display: none; }
.nb-row .nb-tool .nb-icon { width: 13px; height: 13px; }
.nb-row:is(:hover, :focus-within) .nb-tool, .nb-row .nb-tool[aria-pressed=true] { display: grid; }
.nb-unfold { position: absolute; right: 8px; top: 8px; z-index: 3; display: flex; gap: 6px; align-items: center; height: 28px; border: 1px solid var(--nb-line); border-radius: 6px; background: var(--nb-panel); }

.nb-bottom { display: flex; align-items: center; gap: 10px; min-height: 43px; padding: 5px 10px; border-top: 1px solid var(--nb-line); flex: none; }
.nb-safety { display: inline-flex; align-items: center; gap: 7px; white-space: nowrap; }
.nb-safety::before { content: ""; width: 8px; height: 8px; border-radius: 50%; background: currentColor; }
.nb-good { color: var(--nb-good); } .nb-amber { color: var(--nb-amber); } .nb-bad { color: var(--nb-bad); }
.nb-decisions { display: flex; gap: 5px; flex: 1; min-width: 0; overflow: hidden; height: 26px; flex-wrap: wrap; }
.nb-decision { height: 26px; max-width: 150px; padding: 0 7px; border: 1px solid var(--nb-line); border-radius: 5px; background: none; color: var(--nb-muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.nb-decision b { color: var(--nb-fg); }
.nb-decision:hover { background: var(--nb-panel); }
.nb-store { color: var(--nb-muted); font-size: 12px; max-width: 130px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; direction: rtl; }
.nb-button { display: inline-flex; align-items: center; gap: 8px; height: 32px; padding: 0 14px; border: 1px solid var(--nb-line); border-radius: 6px; background: var(--nb-bg); white-space: nowrap; }
.nb-button:hover { background: var(--nb-panel); }
.nb-primary { background: var(--nb-accent); border-color: var(--nb-accent); color: var(--nb-on-accent); font-weight: 600; }
.nb-primary:hover { background: color-mix(in srgb, var(--nb-accent) 88%, var(--nb-ink)); }
.nb-primary kbd { background: color-mix(in srgb, var(--nb-accent) 80%, var(--nb-bg)); border-color: transparent; color: inherit; }
.nb-button[aria-disabled=true] { background: var(--nb-panel); border-color: var(--nb-line); color: var(--nb-muted); font-weight: 400; }
.nb-button[aria-disabled=true] kbd { background: none; }

.nb-notices:empty { display: none; }
.nb-message { display: flex; align-items: center; gap: 8px; padding: 5px 12px; border-top: 1px solid var(--nb-line); background: color-mix(in srgb, var(--nb-amber) 12%, var(--nb-bg)); }
.nb-message.nb-error { background: color-mix(in srgb, var(--nb-bad) 12%, var(--nb-bg)); }
.nb-message.nb-info { background: var(--nb-panel); }
.nb-menu { position: absolute; z-index: 9; min-width: 230px; padding: 4px; background: var(--nb-bg); border: 1px solid var(--nb-line); border-radius: 7px; box-shadow: 0 6px 20px #0005; }
.nb-menu button { display: flex; gap: 14px; align-items: center; width: 100%; height: 28px; padding: 0 8px; border: 0; border-radius: 4px; background: none; text-align: left; }
.nb-menu button:is(:hover, :focus) { background: color-mix(in srgb, var(--nb-accent) 16%, var(--nb-bg)); }

@container (max-width: 720px) {
  .nb-middle { flex-direction: column; }
  .nb-side { width: auto; border-left: 0; border-top: 1px solid var(--nb-line); max-height: 132px; }
  .nb-store { display: none; }
  .nb-inline > .nb-choice { flex-basis: 100%; }
}
@container (max-width: 560px) {
  .nb-button kbd { display: none; }
  .nb-decision:nth-child(n+3) { display: none; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; animation: none !important; } }
`;
