/** Beside the slip's own style; the page gets it with the wallet's script. */
export const walletStyle = `
.wallet{margin-top:16px;border:1px solid var(--rule);border-radius:4px;font-size:13px;line-height:20px}
.wallet:empty{display:none}
.wallet>*{padding:8px 12px}
.wallet>*+*{border-top:1px solid var(--rule)}
.wallet:not(:empty)+.go{margin-top:8px}
.wallet img,.wallet i{flex:none;width:24px;height:24px;border-radius:4px;object-fit:contain}
.wallet i{background:var(--sunken);border:1px solid var(--rule)}
.who{display:flex;flex-wrap:wrap;align-items:center;gap:8px;color:var(--ink)}
.who b{font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;min-width:0}
.who code{color:var(--soft);margin-inline-start:auto;white-space:nowrap}
.who button{font:inherit;color:var(--accent);background:none;border:0;padding:2px 0;text-decoration:underline;cursor:pointer}
.choices{list-style:none;padding:0!important}
.choices li+li{border-top:1px solid var(--rule)}
.choices button{display:flex;width:100%;min-height:48px;align-items:center;gap:12px;padding:8px 12px;border:0;background:none;color:var(--ink);font:inherit;font-size:15px;text-align:start;cursor:pointer}
.choices button:hover{background:var(--sunken)}
.nets{border:0;min-width:0;display:flex;flex-wrap:wrap;gap:0 16px}
.nets legend{float:inline-start;margin-inline-end:16px;padding:4px 0;color:var(--soft)}
.nets label{display:flex;align-items:center;gap:6px;min-height:28px;cursor:pointer}
.nets input{accent-color:var(--accent);margin:0}
[data-waits] .state output::before{animation:pulse 1s ease-in-out infinite}
@media (prefers-reduced-motion:reduce){[data-waits] .state output::before{animation:none!important}}
`.replaceAll("\n", "");
