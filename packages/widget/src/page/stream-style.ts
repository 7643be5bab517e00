/** What the stream's page has beside the payment page's style: a wider column, the text, and a bar that stays in view. */
export const streamStyle = `
main.wide{max-width:640px}
.rate{color:var(--soft);font-size:13px;line-height:20px;margin-top:4px}
.text{margin-top:16px;padding-top:16px;border-top:1px dashed var(--strong);min-height:96px;font-size:16px;line-height:26px}
.text p{white-space:pre-wrap;overflow-wrap:anywhere}
.text p+p{margin-top:16px;padding-top:16px;border-top:1px dashed var(--rule)}
.text p[data-title]::before{content:attr(data-title);display:block;font-size:13px;line-height:20px;font-weight:600;color:var(--soft)}
[data-state=streaming] .text p:last-child::after{content:"";display:inline-block;width:8px;height:16px;margin-inline-start:3px;vertical-align:-2px;background:var(--accent);animation:pulse 1s ease-in-out infinite}
.ask{margin-top:16px;border:1px solid var(--test);border-radius:4px;background:var(--surface)}
.ask h2{font-size:15px;line-height:24px;font-weight:650;padding:12px 16px 0}
.ask .note{text-align:start;margin-top:2px;padding:0 16px}
.ask iframe{margin-top:12px}
.ask iframe{display:block;width:100%;height:560px;border:0}
.bar{position:sticky;bottom:0;margin-top:16px;padding:4px 0 12px;background:var(--surface);border-top:3px double var(--strong)}
:is([data-state=waiting],[data-state=timeout],[data-state=payment]) .bar{position:static}
:is([data-state=starting],[data-state=streaming],[data-state=waiting],[data-state=resumed],[data-state=payment]) .costs{display:none}
.bar .state{margin-top:8px}
.meter{display:flex;flex-wrap:wrap;gap:2px 24px;margin-top:8px;font-variant-numeric:tabular-nums}
.meter div{display:flex;gap:8px;align-items:baseline}
.meter dt{color:var(--soft);font-size:13px;line-height:20px}
.meter dd{font-weight:650}
.tools{display:flex;gap:8px;margin-top:12px}
.tools .go{margin-top:0;flex:1}
.costs{color:var(--faint)}
.end{margin-top:8px;font-size:13px;line-height:20px}
[data-state=streaming] output::before,[data-state=starting] output::before,[data-state=resumed] output::before{background:var(--accent);animation:pulse 1s ease-in-out infinite}
[data-state=ended] output{color:var(--good)}
[data-state=ended] output::before{background:var(--good)}
[data-state=waiting] output,[data-state=timeout] output,[data-state=payment] output{color:var(--test)}
[data-state=waiting] output::before,[data-state=timeout] output::before,[data-state=payment] output::before{background:var(--test)}
[data-state=broken] output,[data-state=offline] output,[data-state=upstream] output{color:var(--bad)}
[data-state=broken] output::before,[data-state=offline] output::before,[data-state=upstream] output::before{background:var(--bad)}
`.replaceAll("\n", "");
