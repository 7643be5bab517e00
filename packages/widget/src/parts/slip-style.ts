/** How a slip and its controls look, on a page of ours as well as inside an element's shadow root. */
export const slipStyle = `
*{box-sizing:border-box;margin:0}
[hidden]{display:none!important}
main,.panel,h1,.what,code,pre{overflow-wrap:anywhere}
.slip{background:var(--surface);padding:20px 20px 28px;border-top:3px solid var(--accent);filter:drop-shadow(0 1px 0 #0000000d);--tooth:6px;mask:conic-gradient(from -45deg at bottom,#0000,#000 1deg 89deg,#0000 90deg) 50% 100%/calc(2*var(--tooth)) 51% repeat-x,linear-gradient(#000,#000) top/100% calc(100% - var(--tooth)) no-repeat}
.test{border-top-color:var(--test)}
.top{display:flex;justify-content:space-between;align-items:flex-start;gap:12px}
h1{flex:1;font-size:20px;line-height:26px;font-weight:650;letter-spacing:-.01em;text-wrap:balance}
.by,.what,.buys,.total dt,.sat,.btc,.note,.state,summary,.payee,.choose label{color:var(--soft)}
.note,.state,.alert,.coins li,h2,.choose label{font-size:13px;line-height:20px}
.what{margin-top:8px;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden;white-space:pre-line}
.badge{flex:none;font-size:12px;line-height:18px;font-weight:700;letter-spacing:.06em;color:var(--test);background:var(--test-soft);border:1px solid currentColor;border-radius:4px;padding:1px 7px}
.total{display:flex;justify-content:space-between;align-items:baseline;margin-top:16px;padding:12px 0 8px;border-top:1px dashed var(--strong);border-bottom:3px double var(--strong)}
.total dd{text-align:end}
.total,.held,.coins,.choose .row input{font-variant-numeric:tabular-nums}
.buys{padding-top:10px}
.buys:empty{display:none}
.choose{margin-top:12px}
.choose label{display:block;margin-bottom:4px}
.choose .note{text-align:start;margin-top:4px}
.choose .row input{appearance:textfield;font:inherit;font-size:17px;font-weight:600;border-color:var(--strong);background:var(--surface);height:44px}
.choose .row input[aria-invalid=true]{border-color:var(--bad)}
.choose .row input::-webkit-inner-spin-button{-webkit-appearance:none}
.choose .row button{min-height:44px}
[data-state=choosing] :is(#price,#buys,.scan,.pay){opacity:.45}
.usd{font-size:30px;line-height:36px;font-weight:650;letter-spacing:-.02em;display:block}
.sat,.btc{unicode-bidi:isolate;direction:ltr;white-space:nowrap}
.sat+.btc{color:var(--faint);font-size:13px;margin-inline-start:6px}
.go{display:flex;width:100%;min-height:48px;margin-top:16px;align-items:center;justify-content:center;gap:8px;border:1px solid var(--accent);border-radius:4px;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;text-decoration:none;cursor:pointer}
.go:hover{background:var(--accent-strong);border-color:var(--accent-strong)}
.go[aria-disabled=true]{opacity:.65;cursor:default}
.quiet{background:var(--surface);color:var(--ink);border-color:var(--strong)}
.quiet:hover{background:var(--sunken);border-color:var(--strong)}
a{color:var(--accent)}
.note{margin-top:8px;text-align:center}
.state{margin-top:12px;display:flex;gap:8px;align-items:flex-start;justify-content:space-between}
.state output{padding-inline-start:16px;position:relative;color:var(--tone)}
.state output::before{content:"";position:absolute;inset-inline-start:0;top:6px;width:8px;height:8px;border-radius:50%;background:var(--tone,var(--strong))}
[data-state=awaiting] .state output::before{background:var(--accent)}
:is([data-state=seen],[data-state=unlocking],[data-state=unlocked],[data-state=waiting],[data-state=done],[data-state=arriving]){--tone:var(--good)}
:is([data-state=problem],[data-state=failed],[data-state=expired],[data-state=used],[data-state=broken]){--tone:var(--bad)}
[data-state=dry]{--tone:var(--test)}
:is([data-state=paying],[data-state=unlocking],[data-state=choosing],[data-state=arriving]) output::before{animation:pulse 1s ease-in-out infinite}
@keyframes pulse{50%{opacity:.2}}
@media (prefers-reduced-motion:reduce){*,::before{animation:none!important}}
:is([data-state=seen],[data-state=unlocking],[data-state=unlocked],[data-state=waiting],[data-state=failed]) :is(.scan,.choose),:is([data-state=expired],[data-state=used]) :is(.scan,.pay),:is([data-state=unlocked],[data-state=failed]) .pay{display:none}
.held{flex:none}
.alert{background:var(--bad-soft);color:var(--bad);border-inline-start:3px solid var(--bad);padding:8px 12px;margin-bottom:16px}
.lone{margin-top:16px}
.scan{border-top:1px dashed var(--rule);margin-top:12px;padding-top:12px;text-align:center}
.scan svg{display:block;width:min(196px,58vw);margin:8px auto 12px;border-radius:4px}
.row{display:flex;gap:8px}
.row input{flex:1;min-width:0;height:40px;padding:0 10px;color:var(--ink);font:13px ui-monospace,monospace;text-overflow:ellipsis}
.row input,pre{border:1px solid var(--rule);border-radius:4px;background:var(--sunken)}
.row button{width:auto;min-height:40px;margin:0;padding:0 14px}
details{margin-top:16px}
summary{cursor:pointer;padding:8px 4px}
.lone~.note,details .note{text-align:start}
h2{font-weight:600;margin-top:12px}
.coins{list-style:none;padding:0;margin-top:4px;border:1px solid var(--rule);border-radius:4px}
.coins li{display:flex;flex-wrap:wrap;gap:0 8px;align-items:baseline;padding:8px 12px}
.coins li+li{border-top:1px solid var(--rule)}
.units{font-weight:650}
.payee{margin-inline-start:auto}
code,pre{font:12px/18px ui-monospace,monospace}
pre{padding:10px 12px;margin-top:4px;white-space:pre-wrap;max-height:260px;overflow:auto}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.off{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
`.replaceAll("\n", "");
