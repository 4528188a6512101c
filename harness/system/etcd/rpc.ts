/**
 * etcd's calls and their messages, as far as they are used here: names, numbers and types of fields as in
 * api/etcdserverpb/rpc.proto and api/mvccpb/kv.proto (3.5 to 3.7 agree on all of them). Fields that are not named are passed over.
 */
import { parse, type Type } from "protobufjs";

/** One call. */
export interface Rpc {
  readonly path: string;
  readonly request: Type;
  readonly response: Type;
}

const MESSAGES = `
  syntax = "proto3";

  message ResponseHeader { uint64 cluster_id = 1; uint64 member_id = 2; int64 revision = 3; }
  message HeaderOnly { ResponseHeader header = 1; }
  message Empty {}

  message KeyValue { bytes key = 1; int64 mod_revision = 3; int64 version = 4; bytes value = 5; }
  message RangeRequest { bytes key = 1; bytes range_end = 2; int64 limit = 3; int64 revision = 4; bool serializable = 7; }
  message RangeResponse { ResponseHeader header = 1; repeated KeyValue kvs = 2; bool more = 3; }
  message PutRequest { bytes key = 1; bytes value = 2; int64 lease = 3; }
  message DeleteRangeRequest { bytes key = 1; bytes range_end = 2; }

  enum CompareResult { EQUAL = 0; GREATER = 1; LESS = 2; NOT_EQUAL = 3; }
  enum CompareTarget { VERSION = 0; CREATE = 1; MOD = 2; VALUE = 3; LEASE = 4; }
  message Compare {
    CompareResult result = 1;
    CompareTarget target = 2;
    bytes key = 3;
    oneof target_union { int64 mod_revision = 6; }
  }
  message RequestOp {
    oneof request {
      RangeRequest request_range = 1;
      PutRequest request_put = 2;
      DeleteRangeRequest request_delete_range = 3;
    }
  }
  message ResponseOp { oneof response { RangeResponse response_range = 1; HeaderOnly response_put = 2; } }
  message TxnRequest { repeated Compare compare = 1; repeated RequestOp success = 2; repeated RequestOp failure = 3; }
  message TxnResponse { ResponseHeader header = 1; bool succeeded = 2; repeated ResponseOp responses = 3; }

  message StatusResponse {
    ResponseHeader header = 1;
    uint64 leader = 4;
    uint64 raftTerm = 6;
    uint64 raftAppliedIndex = 7;
    repeated string errors = 8;
    int64 dbSizeQuota = 12;
  }
  message HashKVRequest { int64 revision = 1; }
  message HashKVResponse { ResponseHeader header = 1; uint32 hash = 2; int64 compact_revision = 3; int64 hash_revision = 4; }
  message Member { uint64 ID = 1; string name = 2; repeated string peerURLs = 3; repeated string clientURLs = 4; bool isLearner = 5; }
  message MemberListRequest { bool linearizable = 1; }
  message MemberListResponse { ResponseHeader header = 1; repeated Member members = 2; }

  message LeaseGrantRequest { int64 TTL = 1; int64 ID = 2; }
  message LeaseRequest { int64 ID = 1; }
  message LeaseResponse { ResponseHeader header = 1; int64 ID = 2; int64 TTL = 3; }
  message LeaseTimeToLiveResponse { ResponseHeader header = 1; int64 ID = 2; int64 TTL = 3; int64 grantedTTL = 4; }
  message LeaseStatus { int64 ID = 1; }
  message LeaseLeasesResponse { ResponseHeader header = 1; repeated LeaseStatus leases = 2; }

  message WatchCreateRequest { bytes key = 1; bytes range_end = 2; int64 start_revision = 3; }
  message WatchRequest { oneof request_union { WatchCreateRequest create_request = 1; } }
  enum EventType { PUT = 0; DELETE = 1; }
  message Event { EventType type = 1; KeyValue kv = 2; }
  message WatchResponse {
    ResponseHeader header = 1;
    bool created = 3;
    bool canceled = 4;
    int64 compact_revision = 5;
    string cancel_reason = 6;
    repeated Event events = 11;
  }
`;

type RpcName =
  | "put"
  | "range"
  | "deleteRange"
  | "txn"
  | "status"
  | "hashKv"
  | "memberList"
  | "leaseGrant"
  | "leaseKeepAlive"
  | "leaseTimeToLive"
  | "leaseLeases"
  | "watch";

const { root } = parse(MESSAGES, { keepCase: true });

function rpc(path: string, request: string, response: string): Rpc {
  return { path: `/etcdserverpb.${path}`, request: root.lookupType(request), response: root.lookupType(response) };
}

export const RPC: Readonly<Record<RpcName, Rpc>> = {
  put: rpc("KV/Put", "PutRequest", "HeaderOnly"),
  range: rpc("KV/Range", "RangeRequest", "RangeResponse"),
  deleteRange: rpc("KV/DeleteRange", "DeleteRangeRequest", "HeaderOnly"),
  txn: rpc("KV/Txn", "TxnRequest", "TxnResponse"),
  status: rpc("Maintenance/Status", "Empty", "StatusResponse"),
  hashKv: rpc("Maintenance/HashKV", "HashKVRequest", "HashKVResponse"),
  memberList: rpc("Cluster/MemberList", "MemberListRequest", "MemberListResponse"),
  leaseGrant: rpc("Lease/LeaseGrant", "LeaseGrantRequest", "LeaseResponse"),
  /** A stream of requests and answers in etcd's API; of one request there is one answer. */
  leaseKeepAlive: rpc("Lease/LeaseKeepAlive", "LeaseRequest", "LeaseResponse"),
  leaseTimeToLive: rpc("Lease/LeaseTimeToLive", "LeaseRequest", "LeaseTimeToLiveResponse"),
  leaseLeases: rpc("Lease/LeaseLeases", "Empty", "LeaseLeasesResponse"),
  /** A stream of answers that does not end by itself. */
  watch: rpc("Watch/Watch", "WatchRequest", "WatchResponse"),
};
