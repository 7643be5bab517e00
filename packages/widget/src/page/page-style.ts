import { slipStyle } from "../parts/slip-style.ts";
import { documentTokens } from "../parts/tokens.ts";

const document = `
html{background:var(--paper);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif;-webkit-text-size-adjust:100%}
body{min-height:100vh;min-height:100dvh;padding:24px 16px 40px}
main{max-width:420px;margin:0 auto}
.foot{color:var(--faint);font-size:13px;line-height:20px;margin-top:16px;text-align:center}
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
