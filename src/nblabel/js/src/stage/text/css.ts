export const textStageCss = `
.nb-text {
  position: relative; isolation: isolate; box-sizing: border-box; padding: 10px 18px 12px;
  color: var(--nb-fg); font-family: var(--nb-font); font-size: 16px; line-height: 35px;
}
.nb-text-ground { position: absolute; inset: 0; z-index: 0; pointer-events: none; overflow: hidden; }
.nb-text-page {
  position: relative; z-index: 1; outline: none; cursor: text;
  white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4;
  user-select: text; -webkit-user-select: text;
}
.nb-text:has(.nb-text-page:focus-visible) { box-shadow: inset 0 0 0 2px var(--nb-focus); }
.nb-text-line { min-height: 1lh; unicode-bidi: plaintext; }
.nb-text[data-long] .nb-text-line { content-visibility: auto; contain-intrinsic-block-size: auto 2lh; }
.nb-text-page::selection, .nb-text-page *::selection { background: color-mix(in srgb, var(--nb-accent) 32%, transparent); }
.nb-text-overlay { position: absolute; inset: 0; overflow-x: clip; z-index: 2; pointer-events: none; user-select: none; -webkit-user-select: none; }
.nb-text-overlay > *, .nb-text-chip, .nb-text-outline, .nb-text-hatch, .nb-text-boxes > * { position: absolute; left: 0; top: 0; }
.nb-text-hatch {
  border-radius: 2px; opacity: .3;
  background: repeating-linear-gradient(-45deg, var(--nb-mark) 0 3px, transparent 3px 8px);
}
.nb-text-outline { box-sizing: border-box; border-radius: 3px; box-shadow: 0 0 0 1.5px var(--nb-mark); }
.nb-text-chip {
  box-sizing: border-box; margin-top: -12px; padding: 0 1px; border-radius: 3px; height: 12px; line-height: 12px; white-space: nowrap;
  max-width: 16em; overflow: hidden; text-overflow: ellipsis;
  font-size: 10.5px; letter-spacing: .01em; cursor: pointer; pointer-events: auto;
  color: color-mix(in oklab, var(--nb-mark) 52%, var(--nb-fg));
  color: oklch(from color-mix(in oklab, var(--nb-mark) 52%, var(--nb-fg)) l calc(c * 1.7) h);
}
.nb-text[data-dragging] * { pointer-events: none; }
.nb-text[data-dragging] .nb-text-page, .nb-text[data-dragging] .nb-text-page * { pointer-events: auto; }
.nb-text-chip b { font-weight: 700; }
.nb-text-chip i { font-style: normal; font-variant-numeric: tabular-nums; margin-left: .35em; }
.nb-text-chip i:empty { display: none; }
.nb-text-chip[data-selected] { padding: 0 4px; background: var(--nb-tag); color: var(--nb-ink); }
.nb-text-handle { width: 14px; margin-left: -7px; cursor: ew-resize; pointer-events: auto; touch-action: none; outline: none; }
.nb-text-handle::before {
  content: ""; position: absolute; left: 6px; top: -1px; bottom: -1px; width: 2px; background: var(--nb-mark);
}
.nb-text-handle::after {
  content: ""; position: absolute; left: 3px; bottom: -7px; width: 8px; height: 8px; box-sizing: border-box;
  border-radius: 50%; background: var(--nb-bg); border: 2px solid var(--nb-mark);
}
.nb-text-handle:hover::after { background: var(--nb-mark); }
.nb-text-handle:focus-visible::after { box-shadow: 0 0 0 2px var(--nb-focus); }
.nb-text-caret { width: 2px; margin-left: -1px; background: var(--nb-accent); animation: nb-text-blink 1.1s steps(1) infinite; }
.nb-text [hidden] { display: none; }
.nb-text-target { width: 1px; height: 40px; }
@keyframes nb-text-blink { 50% { opacity: 0; } }
@media (prefers-reduced-motion: reduce) { .nb-text-caret { animation: none; } }
`;
