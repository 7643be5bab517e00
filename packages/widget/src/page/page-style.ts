import { slipStyle } from "../parts/slip-style.ts";
import { documentTokens } from "../parts/tokens.ts";

const document = `
html{background:var(--paper);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif;-webkit-text-size-adjust:100%}
body{min-height:100vh;min-height:100dvh;padding:24px 16px 40px}
main{max-width:420px;margin:0 auto}
.foot{color:var(--faint);font-size:13px;line-height:20px;margin-top:16px;text-align:center}
:is([data-state=toppedUp],[data-state=handedOut]){--tone:var(--good)}
:is([data-state=toppedUp],[data-state=handedOut]) :is(.scan,.pay,.choose),[data-state=toppedUp] :is(.total,.buys){display:none}
main:not([data-state=handedOut]) .credential,[data-program] #wallet-pay{display:none}
.credential{margin-top:12px}
.credential pre{max-height:96px}
.line{display:flex;gap:8px;align-items:flex-end;justify-content:space-between}
.line h2{margin:0}
.line .go{width:auto;min-height:36px;margin-top:12px;padding:0 14px;font-size:13px}
.line .go:only-of-type{flex:none}
.credential .note{text-align:start}
pre+.note+.line .go{flex:1;padding:0 8px}
.check{display:flex;gap:10px;align-items:flex-start;padding:8px 4px;cursor:pointer}
.check input{flex:none;width:18px;height:18px;margin-top:2px;accent-color:var(--accent)}
.framed,.framed body{background:none}
.framed body{min-height:0;padding:1px 0 4px}
.framed :is(details,.foot,.by){display:none}
.framed .slip{border:0;padding:0 16px 12px;background:none;filter:none;-webkit-mask:none;mask:none}
.framed main{max-width:none}
.framed .total{margin-top:0;padding-top:4px;border-top:0}
.framed .top{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
`;

/** A document's whole style: the same tokens as the dashboard's, system fonts, no request. */
export const pageStyle = `${documentTokens()}${slipStyle}${document}`.replaceAll("\n", "");
