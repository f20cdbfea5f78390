import type { Context, TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { InputOf, ReplyOf, TextReply } from "../http/operation.js";
import {
  batchEntities,
  batchEvents,
  batchStates,
  deleteBatchJob,
  getBatchJob,
  listBatchJobs,
} from "./service.js";

type Call = TransactionContext<OperatorCredential>;

export function entities(
  context: Context<OperatorCredential>,
  { body }: InputOf<"batchEntities">,
): Promise<ReplyOf<"batchEntities"> | TextReply> {
  return batchEntities(context, body);
}

export function events(
  context: Context<OperatorCredential>,
  { body }: InputOf<"batchEvents">,
): Promise<ReplyOf<"batchEvents"> | TextReply> {
  return batchEvents(context, body);
}

export function states(
  context: Context<OperatorCredential>,
  { body }: InputOf<"batchStates">,
): Promise<ReplyOf<"batchStates"> | TextReply> {
  return batchStates(context, body);
}

export async function listJobs(
  context: Call,
  { query }: InputOf<"listBatchJobs">,
): Promise<ReplyOf<"listBatchJobs">> {
  return { status: 200, body: await listBatchJobs(context, query) };
}

export async function getJob(
  context: Call,
  { params }: InputOf<"getBatchJob">,
): Promise<ReplyOf<"getBatchJob">> {
  return { status: 200, body: { success: true, data: await getBatchJob(context, params.jobId) } };
}

export async function removeJob(
  context: Call,
  { params }: InputOf<"deleteBatchJob">,
): Promise<ReplyOf<"deleteBatchJob">> {
  await deleteBatchJob(context, params.jobId);
  return { status: 200, body: { success: true, message: "Batch job deleted" } };
}
