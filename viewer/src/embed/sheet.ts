// How what stands around the frames looks. It lies in a shadow root, so nothing of the page around meets it.
export const SHEET = `
  :host { --edge: light-dark(#d5dbe2, #39434e); --ground: light-dark(#f6f8fa, #1a2027); --accent: light-dark(#1f5fcc, #6aa5ff); }
  .host { position: absolute; inset: 0; pointer-events: none; color: CanvasText; font: 12.5px/1.45 Inter, system-ui, sans-serif; display: flex; flex-direction: column; }
  .host > * { pointer-events: auto; }
  .shown { position: relative; flex: 1; min-height: 0; display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); background: Canvas; }
  .shown.two { grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) minmax(0, 1fr); column-gap: 2px; background: var(--edge); }
  .shown.coming { position: absolute; inset: 0; visibility: hidden; }
  .shown:empty { display: none; }
  iframe { display: block; width: 100%; height: 100%; border: 0; background: Canvas; }
  .called { display: flex; align-items: center; gap: 8px; min-width: 0; padding: 3px 8px 3px 14px; background: var(--ground); border-bottom: 1px solid var(--edge); }
  .called > span { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .strip { display: flex; flex-wrap: wrap; align-items: center; gap: 3px 12px; padding: 6px 14px; background: var(--ground); border-bottom: 1px solid var(--edge); }
  .strip:empty, .note:empty { display: none; }
  .told { flex-basis: 100%; color: var(--accent); }
  .told:empty { display: none; }
  .soft { color: color-mix(in srgb, CanvasText 65%, Canvas); }
  button { font: inherit; color: inherit; background: Canvas; border: 1px solid var(--edge); border-radius: 13px; padding: 2px 11px; cursor: pointer; }
  button:hover { border-color: var(--accent); }
  button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  button.close { border-color: transparent; background: none; font-size: 15px; line-height: 1; padding: 3px 7px; }
  .note { position: absolute; z-index: 2; left: 50%; top: 64px; translate: -50% 0; display: flex; flex-wrap: wrap; align-items: center; gap: 8px; max-width: min(640px, calc(100% - 48px)); box-sizing: border-box; padding: 9px 14px; background: Canvas; border: 1px solid var(--edge); border-radius: 9px; box-shadow: 0 6px 24px rgb(0 0 0 / 25%); }
  .note p { margin: 0; flex: 1 1 240px; min-width: 0; overflow-wrap: anywhere; }
  .note.wrong { border-color: light-dark(#b3261e, #ff8a80); }
  .empty { flex: 1; display: grid; place-content: center; padding: 24px; text-align: center; }
  .over { position: absolute; z-index: 3; inset: 6px; display: grid; place-content: center; border: 3px dashed var(--accent); border-radius: 12px; background: color-mix(in srgb, Canvas 75%, transparent); font-size: 16px; pointer-events: none; }
  [hidden] { display: none; }
`;
