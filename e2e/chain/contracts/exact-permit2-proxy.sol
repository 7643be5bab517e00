// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {PermitTransferFrom} from "./permit2.sol";
import {EIP2612Permit, Permit2Proxy} from "./permit2-proxy.sol";

/// @dev x402 `exact` over Permit2: the whole permitted amount, by whoever sends it.
contract ExactPermit2Proxy is Permit2Proxy {
    string public constant WITNESS_TYPE_STRING =
        "Witness witness)TokenPermissions(address token,uint256 amount)Witness(address to,uint256 validAfter)";
    bytes32 public constant WITNESS_TYPEHASH = keccak256("Witness(address to,uint256 validAfter)");

    error InvalidAmount();

    struct Witness {
        address to;
        uint256 validAfter;
    }

    function settle(
        PermitTransferFrom calldata permit,
        address owner,
        Witness calldata witness,
        bytes calldata signature
    ) external {
        _settleAll(permit, owner, witness, signature);
        emit Settled();
    }

    function settleWithPermit(
        EIP2612Permit calldata permit2612,
        PermitTransferFrom calldata permit,
        address owner,
        Witness calldata witness,
        bytes calldata signature
    ) external {
        _approve(permit2612, permit, owner);
        _settleAll(permit, owner, witness, signature);
        emit SettledWithPermit();
    }

    function _settleAll(
        PermitTransferFrom calldata permit,
        address owner,
        Witness calldata witness,
        bytes calldata signature
    ) private {
        if (permit.permitted.amount == 0) revert InvalidAmount();
        bytes32 hash = keccak256(abi.encode(WITNESS_TYPEHASH, witness.to, witness.validAfter));
        _settle(
            permit,
            Order(permit.permitted.amount, owner, witness.to, witness.validAfter, hash, WITNESS_TYPE_STRING),
            signature
        );
    }
}
