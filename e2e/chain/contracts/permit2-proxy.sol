// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Permit2, PermitTransferFrom, SignatureTransferDetails} from "./permit2.sol";

interface IERC20Permit {
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external;
}

struct EIP2612Permit {
    uint256 value;
    uint256 deadline;
    bytes32 r;
    bytes32 s;
    uint8 v;
}

/// @dev What both x402 proxies do: spend a Permit2 signature towards the payee that its witness names.
abstract contract Permit2Proxy {
    Permit2 public constant PERMIT2 = Permit2(0x000000000022D473030F116dDEE9F6B43aC78BA3);

    event Settled();
    event SettledWithPermit();

    error InvalidDestination();
    error InvalidOwner();
    error PaymentTooEarly();
    error Permit2612AmountMismatch();

    struct Order {
        uint256 amount;
        address owner;
        address to;
        uint256 validAfter;
        bytes32 witness;
        string witnessTypeString;
    }

    function _settle(PermitTransferFrom calldata permit, Order memory order, bytes calldata signature) internal {
        if (order.owner == address(0)) revert InvalidOwner();
        if (order.to == address(0)) revert InvalidDestination();
        if (block.timestamp < order.validAfter) revert PaymentTooEarly();
        PERMIT2.permitWitnessTransferFrom(
            permit,
            SignatureTransferDetails({to: order.to, requestedAmount: order.amount}),
            order.owner,
            order.witness,
            order.witnessTypeString,
            signature
        );
    }

    /// @dev A failing permit is no failure: the approval may be there already.
    function _approve(EIP2612Permit calldata approval, PermitTransferFrom calldata permit, address owner) internal {
        if (approval.value != permit.permitted.amount) revert Permit2612AmountMismatch();
        try IERC20Permit(permit.permitted.token).permit(
            owner, address(PERMIT2), approval.value, approval.deadline, approval.v, approval.r, approval.s
        ) {} catch {}
    }
}
