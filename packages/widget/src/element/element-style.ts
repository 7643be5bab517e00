import { slipStyle } from "../parts/slip-style.ts";
import { hostTokens } from "../parts/tokens.ts";

const own = `
:host{display:block;max-width:var(--x402-width,420px);color:var(--ink);font:15px/1.5 var(--x402-font,system-ui,sans-serif);text-align:start;letter-spacing:normal;text-transform:none}
:host([hidden]){display:none}
:host([theme=light]){color-scheme:light}
:host([theme=dark]){color-scheme:dark}
.lift{filter:drop-shadow(0 0 1px #0005) drop-shadow(0 8px 12px #0002)}
.scan svg{width:min(196px,70%)}
.link{display:block;margin:12px auto 0;padding:8px 12px;border:0;background:none;color:var(--soft);font:inherit;font-size:13px;text-decoration:underline;text-underline-offset:3px;cursor:pointer}
.foot{color:var(--faint);font-size:13px;line-height:20px;margin-top:12px;text-align:center}
.foot:empty{display:none}
.proof{border-top:1px dashed var(--rule);padding-top:12px}
.proof .row input{font:13px ui-monospace,monospace;height:40px}
.proof .row button{min-height:40px}
.answer{background:var(--surface);border:1px solid var(--rule);border-top:3px solid var(--tone,var(--good));padding:16px 20px 20px}
.answer .state{margin-top:0}
.words{margin-top:12px;max-height:60vh;overflow:auto;font-size:16px;line-height:26px}
.words p{white-space:pre-wrap;overflow-wrap:anywhere}
.words p+p{margin-top:16px;padding-top:16px;border-top:1px dashed var(--rule)}
.words p[data-title]::before{content:attr(data-title);display:block;font-size:13px;line-height:20px;font-weight:600;color:var(--soft)}
.answer pre{margin-top:12px;max-height:min(420px,60vh)}
.answer :is(img,iframe){display:block;width:100%;margin-top:12px;border:1px solid var(--rule);border-radius:4px;background:#fff}
.answer iframe{height:min(420px,60vh)}
.tools{display:flex;gap:8px;margin-top:12px}
.tools .go{margin-top:0;min-height:40px;flex:1}
.key{color:var(--accent)}
.text{color:var(--good)}
.value{color:var(--test)}
dialog{width:min(420px,calc(100vw - 24px));max-height:calc(100dvh - 24px);margin:auto;padding:0;border:0;background:none;color:inherit;overflow:auto;overscroll-behavior:contain}
dialog::backdrop{background:#101514a6}
dialog .panel{padding:0 0 12px}
dialog .foot,dialog details{margin-inline:0;padding-inline:20px}
dialog .sheet{background:var(--paper);border-radius:var(--x402-radius,4px)}
.close{position:sticky;float:inline-end;top:8px;z-index:1;width:40px;height:40px;margin:8px 8px -48px 0;border:0;border-radius:50%;background:none;color:var(--soft);font:22px/40px system-ui;cursor:pointer}
.close:hover{background:var(--sunken);color:var(--ink)}
dialog :is(.top,.answer .state){padding-inline-end:36px}
dialog .lift{filter:none}
@media (max-width:460px){dialog{width:100vw;max-width:100vw;max-height:92dvh;margin:auto 0 0}}
@media (prefers-reduced-motion:no-preference){dialog[open]{animation:rise .16s ease-out}}
@keyframes rise{from{opacity:0;transform:translateY(12px)}}
`;

let sheet: CSSStyleSheet | undefined;

/** The whole style of the element and of the dialog, one sheet for all; a page's `style-src` does not concern it. */
export function adoptStyle(root: ShadowRoot): void {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(hostTokens() + slipStyle + own);
  }
  root.adoptedStyleSheets = [sheet];
}
