import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as ldk from "lightningdevkit";

/** A block of the chain that we make up: LDK checks neither work nor merkle roots. */
export interface MadeUpBlock {
  readonly header: Uint8Array;
  readonly height: number;
  readonly transactions: readonly Uint8Array[];
}

export type LdkNode = ReturnType<typeof createLdkNode>;

let loaded: Promise<void> | undefined;

/** LDK is WebAssembly, loaded once for the process. */
export function loadLdk(): Promise<void> {
  loaded ??= readFile(createRequire(import.meta.url).resolve("lightningdevkit/liblightningjs.wasm")).then(
    (wasm) => ldk.initializeWasmFromBinary(wasm),
  );
  return loaded;
}

/** An LDK node in this process, without sockets, disk and clock: `connectNodes` and `block` are its world. */
export function createLdkNode() {
  const feeEstimator = ldk.FeeEstimator.new_impl({ get_est_sat_per_1000_weight: () => 253 });
  const broadcaster = ldk.BroadcasterInterface.new_impl({ broadcast_transactions: () => undefined });
  const logger = ldk.Logger.new_impl({ log: () => undefined });
  const persisted = (): ldk.ChannelMonitorUpdateStatus =>
    ldk.ChannelMonitorUpdateStatus.LDKChannelMonitorUpdateStatus_Completed;
  const persister = ldk.Persist.new_impl({
    persist_new_channel: persisted,
    update_persisted_channel: persisted,
    archive_persisted_channel: () => undefined,
  });
  const monitor = ldk.ChainMonitor.constructor_new(
    ldk.Option_FilterZ.constructor_none(),
    broadcaster,
    logger,
    feeEstimator,
    persister,
  );
  const network = ldk.Network.LDKNetwork_Regtest;
  const keys = ldk.KeysManager.constructor_new(randomBytes(32), BigInt(Date.now()), 0);
  const entropy = keys.as_EntropySource();
  const signer = keys.as_NodeSigner();
  const graph = ldk.NetworkGraph.constructor_new(network, logger);
  const scorer = ldk.ProbabilisticScorer.constructor_new(
    ldk.ProbabilisticScoringDecayParameters.constructor_default(),
    graph,
    logger,
  );
  const score = ldk.MultiThreadedLockableScore.constructor_new(scorer.as_Score());
  const router = ldk.DefaultRouter.constructor_new(
    graph,
    logger,
    entropy,
    score.as_LockableScore(),
    ldk.ProbabilisticScoringFeeParameters.constructor_default(),
  );
  const messages = ldk.DefaultMessageRouter.constructor_new(graph, entropy);
  const channels = ldk.ChannelManager.constructor_new(
    feeEstimator,
    monitor.as_Watch(),
    broadcaster,
    router.as_Router(),
    messages.as_MessageRouter(),
    logger,
    entropy,
    signer,
    keys.as_SignerProvider(),
    openToOneBigChannel(),
    ldk.ChainParameters.constructor_new(network, ldk.BestBlock.constructor_from_network(network)),
    Math.floor(Date.now() / 1_000),
  );
  const ignorer = ldk.IgnoringMessageHandler.constructor_new();
  const peers = ldk.PeerManager.constructor_new(
    channels.as_ChannelMessageHandler(),
    ignorer.as_RoutingMessageHandler(),
    ignorer.as_OnionMessageHandler(),
    ignorer.as_CustomMessageHandler(),
    Math.floor(Date.now() / 1_000),
    randomBytes(32),
    logger,
    signer,
  );
  return {
    channels,
    peers,
    /** Compressed. */
    nodeId: channels.get_our_node_id(),
    /** The bindings free what nobody on this side holds, even while LDK still uses it. */
    kept: [
      feeEstimator,
      broadcaster,
      logger,
      persister,
      monitor,
      keys,
      graph,
      scorer,
      score,
      router,
      messages,
    ] as unknown[],
    block({ header, height, transactions }: MadeUpBlock): void {
      for (const chain of [monitor.as_Confirm(), channels.as_Confirm()]) {
        const indexed = transactions.map((bytes, index) =>
          ldk.TwoTuple_usizeTransactionZ.constructor_new(index + 1, bytes),
        );
        if (indexed.length > 0) chain.transactions_confirmed(header, indexed, height);
        chain.best_block_updated(header, height);
      }
    },
    /** What happened since the last time. */
    takeEvents(): ldk.Event[] {
      const events: ldk.Event[] = [];
      const sink = ldk.EventHandler.new_impl({
        handle_event(event) {
          events.push(event);
          return ldk.Result_NoneReplayEventZ.constructor_ok();
        },
      });
      channels.as_EventsProvider().process_pending_events(sink);
      return events;
    },
  };
}

function openToOneBigChannel(): ldk.UserConfig {
  const config = ldk.UserConfig.constructor_default();
  const handshake = config.get_channel_handshake_config();
  handshake.set_minimum_depth(1);
  handshake.set_max_inbound_htlc_value_in_flight_percent_of_channel(100);
  config.set_channel_handshake_config(handshake);
  const limits = config.get_channel_handshake_limits();
  limits.set_force_announced_channel_preference(false);
  config.set_channel_handshake_limits(limits);
  return config;
}
