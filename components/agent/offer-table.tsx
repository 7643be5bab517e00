import type { PaymentRequired } from "@x402-paywall/core";

/** The decoded `PAYMENT-REQUIRED`: what would be accepted as payment. */
export function OfferTable({ required }: { readonly required: PaymentRequired }) {
  return (
    <div className="mt-2 overflow-x-auto rounded-sm bg-sunken p-3">
      <p className="mb-1 font-sans text-faint">PAYMENT-REQUIRED, decoded</p>
      <table className="w-full text-left">
        <thead>
          <tr className="text-faint">
            {["scheme", "network", "amount", "pay to"].map((name) => (
              <th key={name} scope="col" className="pr-4 font-normal">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {required.accepts.map((offer, index) => (
            <tr key={`${offer.scheme}-${offer.network}-${index}`}>
              <td className="pr-4">{offer.scheme}</td>
              <td className="pr-4">{offer.network}</td>
              <td className="tabular pr-4 whitespace-nowrap">
                {offer.amount} <span className="text-faint">units of</span>{" "}
                {offer.extra["name"] ?? offer.asset}
              </td>
              <td className="break-all">{offer.payTo}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
