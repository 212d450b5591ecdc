export const imageStageCss = `
.nb-image {
  position: relative; box-sizing: border-box; overflow: hidden; isolation: isolate;
  width: 100%; aspect-ratio: 16 / 10; min-height: 320px; max-height: 640px;
  background: var(--nb-panel); color: var(--nb-fg); font-family: var(--nb-font);
  touch-action: none; user-select: none; -webkit-user-select: none;
}
.nb-image-surface { position: absolute; inset: 0; outline: none; overflow: hidden; }
.nb-image-surface:focus-visible::after {
  content: ""; position: absolute; inset: 0; border: 2px solid var(--nb-focus); pointer-events: none;
}
.nb-image[data-tool="draw"] .nb-image-surface { cursor: crosshair; }
.nb-image[data-tool="draw"][data-over="selected"] .nb-image-surface,
.nb-image[data-tool="move"]:not([data-over="ground"]) .nb-image-surface { cursor: move; }
.nb-image[data-tool="pan"] .nb-image-surface, .nb-image[data-panning] .nb-image-surface { cursor: grab; }
.nb-image[data-tool="pan"] .nb-image-surface:active, .nb-image[data-panning] .nb-image-surface:active { cursor: grabbing; }
.nb-image-media {
  position: absolute; left: 0; top: 0; max-width: none; max-height: none; margin: 0; padding: 0;
  border: 0; transform-origin: 0 0; pointer-events: none;
}
.nb-image-media[data-sharp] { image-rendering: pixelated; }
.nb-image canvas { position: absolute; left: 0; top: 0; pointer-events: none; }
.nb-image-handles { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; overflow: hidden; }
.nb-image-handle { pointer-events: all; outline: none; }
.nb-image-handle .grip { fill: #fff; stroke: var(--nb-mark); stroke-width: 1.5px; }
.nb-image-handle:hover .grip { fill: var(--nb-mark); stroke: #fff; }
.nb-image-handle:focus-visible .grip { stroke: var(--nb-focus); stroke-width: 3px; }
.nb-image-handle .reach { fill: transparent; }
.nb-image-stem { stroke: var(--nb-mark); stroke-width: 1.5px; }
.nb-image-readout {
  position: absolute; right: 8px; bottom: 8px; padding: 3px 8px; border-radius: 6px;
  font-size: 11px; line-height: 16px; font-variant-numeric: tabular-nums; pointer-events: none;
  color: var(--nb-fg); background: color-mix(in srgb, var(--nb-bg) 92%, transparent);
  border: 1px solid var(--nb-line);
}
.nb-image-readout:empty { display: none; }
`;
