/** The page's whole style: the same tokens as the dashboard's, system fonts, no request. */
export const pageStyle = `
:root{color-scheme:light dark;--paper:#f7f4ec;--surface:#fffdf8;--sunken:#efebe0;--ink:#1b2422;--soft:#47524f;--faint:#5f6a66;--rule:#ddd6c6;--strong:#8b8878;--accent:#0b5c63;--accent-strong:#07464c;--on-accent:#fff;--test:#7a4a00;--test-soft:#fbe6bd;--good:#1c6236;--bad:#a02b1d;--bad-soft:#fae1dc;--shadow:0 12px 32px -16px #3a2f1433}
@media (prefers-color-scheme:dark){:root{--paper:#101514;--surface:#171d1c;--sunken:#0b0f0e;--ink:#e9ece6;--soft:#b6bfba;--faint:#8f9a95;--rule:#2b3432;--strong:#66716d;--accent:#6cc7c5;--accent-strong:#93dcd9;--on-accent:#071615;--test:#f5c063;--test-soft:#3a2a0c;--good:#7fcf98;--bad:#f0938a;--bad-soft:#3a1a17;--shadow:0 12px 32px -16px #000000b3}}
*{box-sizing:border-box;margin:0}
[hidden]{display:none!important}
html{background:var(--paper);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif;-webkit-text-size-adjust:100%}
body{min-height:100vh;min-height:100dvh;padding:24px 16px 40px}
main{max-width:420px;margin:0 auto}
main,h1,.what,code,pre{overflow-wrap:anywhere}
.slip{background:var(--surface);padding:20px 20px 28px;border-top:3px solid var(--accent);filter:drop-shadow(0 1px 0 #0000000d);--tooth:6px;-webkit-mask:conic-gradient(from -45deg at bottom,#0000,#000 1deg 89deg,#0000 90deg) 50% 100%/calc(2*var(--tooth)) 51% repeat-x,linear-gradient(#000,#000) top/100% calc(100% - var(--tooth)) no-repeat;mask:conic-gradient(from -45deg at bottom,#0000,#000 1deg 89deg,#0000 90deg) 50% 100%/calc(2*var(--tooth)) 51% repeat-x,linear-gradient(#000,#000) top/100% calc(100% - var(--tooth)) no-repeat}
.test{border-top-color:var(--test)}
.top{display:flex;justify-content:space-between;align-items:flex-start;gap:12px}
h1{flex:1;font-size:20px;line-height:26px;font-weight:650;letter-spacing:-.01em;text-wrap:balance}
.by{color:var(--soft)}
.what{color:var(--soft);margin-top:8px;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden;white-space:pre-line}
.badge{flex:none;font-size:12px;line-height:18px;font-weight:700;letter-spacing:.06em;color:var(--test);background:var(--test-soft);border:1px solid currentColor;border-radius:4px;padding:1px 7px}
.total{display:flex;justify-content:space-between;align-items:baseline;margin-top:16px;padding:12px 0 8px;border-top:1px dashed var(--strong);border-bottom:3px double var(--strong);font-variant-numeric:tabular-nums}
.total dt{color:var(--soft)}
.total dd{text-align:end}
.buys{padding-top:10px;color:var(--soft)}
.choose{margin-top:12px}
.choose label{display:block;font-size:13px;line-height:20px;color:var(--soft);margin-bottom:4px}
.choose .note{text-align:start;margin-top:4px}
.choose .row input{-moz-appearance:textfield;appearance:textfield;font:600 17px/24px ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif;font-variant-numeric:tabular-nums;border-color:var(--strong);background:var(--surface);height:44px}
.choose .row input[aria-invalid=true]{border-color:var(--bad)}
.choose .row input::-webkit-inner-spin-button,.choose .row input::-webkit-outer-spin-button{-webkit-appearance:none}
.choose .row button{min-height:44px}
[data-state=choosing] :is(#price,#buys,.scan,.pay){opacity:.45}
.usd{font-size:30px;line-height:36px;font-weight:650;letter-spacing:-.02em;display:block}
.sat{color:var(--soft);unicode-bidi:isolate;direction:ltr}
.go{display:flex;width:100%;min-height:48px;margin-top:16px;align-items:center;justify-content:center;gap:8px;border:1px solid var(--accent);border-radius:4px;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;text-decoration:none;cursor:pointer}
.go:hover{background:var(--accent-strong);border-color:var(--accent-strong)}
.go[aria-disabled=true]{opacity:.65;cursor:default}
.quiet{background:var(--surface);color:var(--ink);border-color:var(--strong)}
.quiet:hover{background:var(--sunken);border-color:var(--strong)}
a{color:var(--accent)}
.note{color:var(--soft);font-size:13px;line-height:20px;margin-top:8px;text-align:center}
.state{margin-top:12px;display:flex;gap:8px;align-items:flex-start;justify-content:space-between;font-size:13px;line-height:20px;color:var(--soft)}
.state output{padding-inline-start:16px;position:relative}
.state output::before{content:"";position:absolute;inset-inline-start:0;top:6px;width:8px;height:8px;border-radius:50%;background:var(--strong)}
[data-state=awaiting] .state output::before{background:var(--accent)}
[data-state=seen] output,[data-state=unlocking] output,[data-state=unlocked] output,[data-state=waiting] output,[data-state=toppedUp] output{color:var(--good)}
[data-state=seen] output::before,[data-state=unlocking] output::before,[data-state=unlocked] output::before,[data-state=waiting] output::before,[data-state=toppedUp] output::before{background:var(--good)}
[data-state=problem] output,[data-state=expired] output,[data-state=used] output{color:var(--bad)}
[data-state=problem] output::before,[data-state=expired] output::before,[data-state=used] output::before{background:var(--bad)}
[data-state=paying] output::before,[data-state=unlocking] output::before,[data-state=choosing] output::before{animation:pulse 1s ease-in-out infinite}
@keyframes pulse{50%{opacity:.2}}
@media (prefers-reduced-motion:reduce){*,::before{animation:none!important}}
[data-state=expired] :is(.scan,.pay),[data-state=unlocked] :is(.scan,.pay),[data-state=unlocking] .scan,[data-state=seen] .scan,[data-state=waiting] .scan,[data-state=used] .pay,[data-state=toppedUp] :is(.scan,.pay,.choose,.total,.buys),:is([data-state=seen],[data-state=unlocking],[data-state=unlocked],[data-state=waiting]) .choose{display:none}
.held{flex:none;font-variant-numeric:tabular-nums}
.alert{background:var(--bad-soft);color:var(--bad);border-inline-start:3px solid var(--bad);padding:8px 12px;margin-bottom:16px;font-size:13px;line-height:20px}
.lone{margin-top:16px}
.scan{border-top:1px dashed var(--rule);margin-top:12px;padding-top:12px;text-align:center}
.scan svg{display:block;width:min(196px,58vw);margin:8px auto 12px;border-radius:4px}
.row{display:flex;gap:8px}
.row input{flex:1;min-width:0;height:40px;padding:0 10px;border:1px solid var(--rule);border-radius:4px;background:var(--sunken);color:var(--ink);font:13px ui-monospace,monospace;text-overflow:ellipsis}
.row button{width:auto;min-height:40px;margin:0;padding:0 14px}
details{margin-top:16px}
summary{cursor:pointer;color:var(--soft);padding:8px 4px}
details .note{text-align:start}
details h2{font-size:13px;line-height:20px;font-weight:600;margin-top:12px}
pre{background:var(--sunken);border:1px solid var(--rule);border-radius:4px;padding:10px 12px;margin-top:4px;font:12px/18px ui-monospace,monospace;white-space:pre-wrap;max-height:260px;overflow:auto}
.foot{color:var(--faint);font-size:13px;line-height:20px;margin-top:16px;text-align:center}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.framed,.framed body{background:none}
.framed body{min-height:0;padding:1px 0 4px}
.framed :is(details,.foot,.by){display:none}
.framed .slip{border:0;padding:0 16px 12px;background:none;filter:none;-webkit-mask:none;mask:none}
.framed main{max-width:none}
.framed .total{margin-top:0;padding-top:4px;border-top:0}
.off,.framed .top{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
`.replaceAll("\n", "");
