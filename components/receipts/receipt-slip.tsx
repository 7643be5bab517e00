import { Amount } from "@/components/ui/amount.tsx";
import { ModeBadge } from "@/components/ui/badge.tsx";
import { BitcoinAmount } from "@/components/ui/bitcoin-amount.tsx";
import { DetailList } from "@/components/ui/detail-list.tsx";
import { Slip } from "@/components/ui/slip.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import type { ReceiptDetailDto } from "@/lib/query/dto.ts";
import { formatAmount, formatExact } from "@/lib/query/format.ts";
import { wireNames } from "@/lib/query/overview-figures.ts";

const mono = "font-mono text-sm break-all";

/** The receipt as a till slip. */
export function ReceiptSlip({ receipt }: { readonly receipt: ReceiptDetailDto }) {
  return (
    <Slip>
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="text-sm text-faint">Receipt for</p>
          <h2 className="text-lg font-semibold break-words">{receipt.endpoint.title}</h2>
        </div>
        <ModeBadge mode={receipt.mode} />
      </div>
      <p className="mt-4 flex items-baseline justify-between border-t border-rule pt-4">
        <span>Total</span>
        <span className="ledger-total text-xl font-semibold">
          <Amount value={receipt.amount} /> <span className="text-sm font-normal text-faint">USD</span>
        </span>
      </p>
      <p className="sr-only">{formatAmount(receipt.amount)} US dollars</p>
      <div className="mt-4">
        <DetailList
          items={[
            [
              "Settled",
              <span key="t">
                {formatExact(Date.parse(receipt.settledAt))}{" "}
                <span className="text-sm text-faint">
                  (<TimeAgo at={receipt.settledAt} />)
                </span>
              </span>,
            ],
            ...(receipt.bitcoin === null
              ? []
              : [["In Bitcoin", <BitcoinAmount key="btc" value={receipt.bitcoin} />] as const]),
            ["Paid with", `${wireNames[receipt.wire] ?? receipt.wire}, ${receipt.rail}`],
            ["Payer", receipt.payer === null ? "not known" : <span className={mono}>{receipt.payer}</span>],
            [
              "Reference",
              <span key="ref" className={mono}>
                {receipt.reference}
              </span>,
            ],
            [
              "Receipt",
              <span key="id" className={mono}>
                {receipt.id}
              </span>,
            ],
          ]}
        />
      </div>
    </Slip>
  );
}
