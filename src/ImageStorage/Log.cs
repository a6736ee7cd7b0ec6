using Microsoft.Extensions.Logging;

namespace ImageStorage;

/// <summary>All messages of the core. Ids: 1 to 19 operations of providers, 20 to 29 the hybrid store, 30 to 39 the choice of a provider, 40 to 59 the failover, 60 to 69 events, 70 to 89 the mirror, 90 to 99 transactions, 110 to 119 the cache. Keys only below information level, and so exceptions, too: their messages name keys.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "{Provider}: {Operation} of '{Key}' took {Milliseconds:0.000} ms, as {Role} of {Store}")]
    public static partial void Completed(ILogger logger, string provider, string operation, ImageKey key, double milliseconds, string role, string store);

    [LoggerMessage(2, LogLevel.Warning, "{Provider}: {Operation} failed, as {Role} of {Store}: {Failure}")]
    public static partial void Failed(ILogger logger, string provider, string operation, string failure, string role, string store);

    [LoggerMessage(3, LogLevel.Error, "{Provider}: {Operation} found damaged data, as {Role} of {Store}: {Failure}; run a verification of the store")]
    public static partial void Corrupted(ILogger logger, string provider, string operation, string failure, string role, string store);

    [LoggerMessage(4, LogLevel.Debug, "{Provider}: {Operation} of '{Key}' failed, as {Role} of {Store}")]
    public static partial void FailedWith(ILogger logger, string provider, string operation, ImageKey key, string role, string store, Exception exception);

    [LoggerMessage(20, LogLevel.Debug, "Bytes that no image names any more could not be deleted from the content store; a later sweep deletes them")]
    public static partial void ContentLeft(ILogger logger, Exception exception);

    [LoggerMessage(21, LogLevel.Debug, "The image '{Key}', whose record is damaged, is replaced or deleted")]
    public static partial void DamagedRecordReplaced(ILogger logger, ImageKey key, Exception exception);

    [LoggerMessage(22, LogLevel.Information, "A sweep of the content store deleted {Count} that no image names any more, {Bytes} bytes")]
    public static partial void Swept(ILogger logger, long count, long bytes);

    [LoggerMessage(23, LogLevel.Debug, "A sweep spared bytes whose record is damaged")]
    public static partial void SweepSpared(ILogger logger, Exception exception);

    [LoggerMessage(24, LogLevel.Warning, "A sweep of the content store failed: {Failure}; the next one goes on")]
    public static partial void SweepFailed(ILogger logger, string failure);

    [LoggerMessage(25, LogLevel.Debug, "A sweep of the content store failed")]
    public static partial void SweepFailedWith(ILogger logger, Exception exception);

    [LoggerMessage(30, LogLevel.Information, "The store uses {Provider}, number {Position} of {Count} to choose from: it passed its probe")]
    public static partial void ProviderChosen(ILogger logger, string provider, int position, int count);

    [LoggerMessage(31, LogLevel.Warning, "{Provider} is not used: its probe failed with {Failure}")]
    public static partial void ProbeFailed(ILogger logger, string provider, string failure);

    [LoggerMessage(32, LogLevel.Debug, "The probe of {Provider} failed")]
    public static partial void ProbeFailedWith(ILogger logger, string provider, Exception exception);

    [LoggerMessage(33, LogLevel.Information, "{Preferred} passes its probe again and is used from now on: nothing was kept in {Chosen}")]
    public static partial void PreferredProviderUsed(ILogger logger, string preferred, string chosen);

    [LoggerMessage(34, LogLevel.Warning, "{Preferred} passes its probe again, but the store stays with {Chosen}, which may hold images; the next start would choose {Preferred}: bring the images there, or set 'Primary' to the one that is to be used")]
    public static partial void PreferredProviderNotUsed(ILogger logger, string preferred, string chosen);

    [LoggerMessage(35, LogLevel.Debug, "Whether {Chosen} is empty could not be found out")]
    public static partial void EmptinessUnknown(ILogger logger, string chosen, Exception exception);

    [LoggerMessage(40, LogLevel.Warning, "{Primary} cannot be used ({Failure}); the store goes on with {Fallback}")]
    public static partial void FailoverStarted(ILogger logger, string primary, string fallback, string failure);

    [LoggerMessage(41, LogLevel.Information, "{Primary} is used again and has all that {Fallback} had for it")]
    public static partial void FailoverEnded(ILogger logger, string primary, string fallback);

    [LoggerMessage(42, LogLevel.Warning, "{Count} images wait on the fallback for the primary; at {Limit}, further ones are refused")]
    public static partial void BacklogReached(ILogger logger, int count, int limit);

    [LoggerMessage(43, LogLevel.Error, "The note {Document} on the fallback cannot be read: {Reason}; it is kept, and its image is unavailable until it is saved or deleted anew")]
    public static partial void HandoffUnreadable(ILogger logger, string document, string reason);

    [LoggerMessage(44, LogLevel.Warning, "The primary holds a clearly newer version of an image than the fallback had for it; that of the fallback is kept aside there as {Document}")]
    public static partial void PrimaryNewer(ILogger logger, string document);

    [LoggerMessage(45, LogLevel.Debug, "The image '{Key}' that waited on the fallback is settled: {Outcome}")]
    public static partial void HandoffSettled(ILogger logger, ImageKey key, Failover.HandoffOutcome outcome);

    [LoggerMessage(46, LogLevel.Debug, "Bytes on the fallback that no note names any more could not be deleted; a later reconciliation deletes them")]
    public static partial void HandoffBytesLeft(ILogger logger, Exception exception);

    [LoggerMessage(47, LogLevel.Information, "A reconciliation settled {Settled} images; {Remaining} are left")]
    public static partial void Reconciled(ILogger logger, int settled, int remaining);

    [LoggerMessage(48, LogLevel.Warning, "A reconciliation ended early: {Failure}; the next one goes on")]
    public static partial void ReconcileFailed(ILogger logger, string failure);

    [LoggerMessage(49, LogLevel.Debug, "A reconciliation ended early")]
    public static partial void ReconcileFailedWith(ILogger logger, Exception exception);

    [LoggerMessage(50, LogLevel.Error, "The store is not used: {Reason}")]
    public static partial void ChainRefused(ILogger logger, string reason);

    [LoggerMessage(51, LogLevel.Information, "The chain {Chain} is recorded: the primary {Primary} with {Fallbacks}")]
    public static partial void ChainRecorded(ILogger logger, string chain, string primary, string fallbacks);

    [LoggerMessage(52, LogLevel.Debug, "The write of '{Key}' is acknowledged by the fallback {Fallback}; it waits there for the primary {Primary}")]
    public static partial void HandedOff(ILogger logger, ImageKey key, string fallback, string primary);

    [LoggerMessage(53, LogLevel.Warning, "{Part} can be opened by one process only, but {Primary} by several: with a second process calls of the store fail. Use a provider that every process shares, or run one process")]
    public static partial void SingleProcessPart(ILogger logger, string part, string primary);

    [LoggerMessage(54, LogLevel.Warning, "The providers of {Store} could not be verified at start, because one of them does not answer: {Failure}. They are verified before their first use")]
    public static partial void StartNotVerified(ILogger logger, string store, string failure);

    [LoggerMessage(60, LogLevel.Warning, "A handler of events failed: {Failure}")]
    public static partial void EventHandlerFailed(ILogger logger, string failure);

    [LoggerMessage(61, LogLevel.Debug, "A handler of events failed")]
    public static partial void EventHandlerFailedWith(ILogger logger, Exception exception);

    [LoggerMessage(62, LogLevel.Warning, "A {Event} was dropped: handlers of events are too slow")]
    public static partial void EventDropped(ILogger logger, string @event);

    [LoggerMessage(70, LogLevel.Debug, "The write of '{Key}' was acknowledged, and {Replica} has missed it: {Reason}")]
    public static partial void ReplicaMissed(ILogger logger, ImageKey key, string replica, string reason);

    [LoggerMessage(71, LogLevel.Debug, "The image '{Key}' that was noted is equal on both sides: {Outcome}")]
    public static partial void ReplicaSettled(ILogger logger, ImageKey key, Mirroring.MirrorOutcome outcome);

    [LoggerMessage(72, LogLevel.Warning, "Both sides of the mirror had a version of an image that the other one did not know; that of {Winner} counts, and the other one is kept under mirror-conflicts/")]
    public static partial void MirrorConflict(ILogger logger, string winner);

    [LoggerMessage(73, LogLevel.Warning, "{Side} is used alone because MirrorOptions.TrustSingleReplica says so; whether {Other}, which does not answer, has newer images is not known")]
    public static partial void LoneSideTrusted(ILogger logger, string side, string other);

    [LoggerMessage(74, LogLevel.Debug, "A note of a write that had no effect could not be taken away; the next reconciliation does that")]
    public static partial void MirrorNoteLeft(ILogger logger, Exception exception);

    [LoggerMessage(75, LogLevel.Warning, "An image that was damaged on {Replica} was replaced by the sound one of the other side")]
    public static partial void CorruptionRepaired(ILogger logger, string replica);

    [LoggerMessage(76, LogLevel.Warning, "An image that is damaged on {Replica} could not be repaired: {Failure}; the next read of it tries again")]
    public static partial void RepairFailed(ILogger logger, string replica, string failure);

    [LoggerMessage(77, LogLevel.Debug, "A repair failed")]
    public static partial void RepairFailedWith(ILogger logger, Exception exception);

    [LoggerMessage(78, LogLevel.Debug, "An image that failed on one side could not be read from {Other} either")]
    public static partial void RescueFailed(ILogger logger, string other, Exception exception);

    [LoggerMessage(79, LogLevel.Information, "A resync compared {Compared} images of both sides and settled {Settled}; {Failed} failed")]
    public static partial void Resynced(ILogger logger, long compared, long settled, long failed);

    [LoggerMessage(80, LogLevel.Warning, "A resync could not settle an image: {Failure}; it goes on with the others")]
    public static partial void ResyncFailed(ILogger logger, string failure);

    [LoggerMessage(81, LogLevel.Debug, "A resync could not settle an image")]
    public static partial void ResyncFailedWith(ILogger logger, Exception exception);

    [LoggerMessage(90, LogLevel.Error, "The transaction {Transaction} is in doubt: {Reason}; it is tried again, and stays in the journal until then")]
    public static partial void TransactionInDoubt(ILogger logger, string transaction, string reason);

    [LoggerMessage(91, LogLevel.Debug, "A step of a transaction could not be undone")]
    public static partial void TransactionInDoubtWith(ILogger logger, Exception exception);

    [LoggerMessage(92, LogLevel.Warning, "The transaction {Transaction} was left by a process that ended in it, or was in doubt; it is undone")]
    public static partial void TransactionRecovered(ILogger logger, string transaction);

    [LoggerMessage(93, LogLevel.Debug, "A transaction that is decided has left something that a recovery takes away")]
    public static partial void TransactionLeftOver(ILogger logger, Exception exception);

    [LoggerMessage(94, LogLevel.Debug, "The lease of this process on its transactions could not be written")]
    public static partial void TransactionLeaseFailed(ILogger logger, Exception exception);

    [LoggerMessage(95, LogLevel.Warning, "A recovery of transactions ended early: {Failure}; the next one goes on")]
    public static partial void TransactionRecoveryFailed(ILogger logger, string failure);

    [LoggerMessage(96, LogLevel.Debug, "A recovery of transactions ended early")]
    public static partial void TransactionRecoveryFailedWith(ILogger logger, Exception exception);

    [LoggerMessage(97, LogLevel.Error, "The transaction {Transaction} was found in doubt, and cannot be undone by this process; it stays in the journal until a person has seen to it")]
    public static partial void TransactionFoundInDoubt(ILogger logger, string transaction);

    [LoggerMessage(98, LogLevel.Error, "The journal of the transaction {Transaction} cannot be read: {Failure}; it is left alone, and its images stay taken")]
    public static partial void TransactionUnreadable(ILogger logger, string transaction, string failure);

    [LoggerMessage(110, LogLevel.Warning, "The {Tier} tier of the cache cannot be used, {Reason}. Images are read past it meanwhile")]
    public static partial void CacheTierFailed(ILogger logger, string tier, string reason);

    [LoggerMessage(111, LogLevel.Debug, "The {Tier} tier of the cache failed")]
    public static partial void CacheTierFailedWith(ILogger logger, string tier, Exception exception);

    [LoggerMessage(112, LogLevel.Information, "The {Tier} tier of the cache works again")]
    public static partial void CacheTierWorks(ILogger logger, string tier);

    [LoggerMessage(113, LogLevel.Warning, "An entry of the {Tier} tier of the cache was damaged; it is dropped, and the image read anew. Further ones are only counted, in the statistics: look at the medium when there are more of them")]
    public static partial void CacheEntryDamaged(ILogger logger, string tier);

    [LoggerMessage(114, LogLevel.Warning, "Cache.Disk.SizeLimitBytes is {Limit}, and its disk has only {Available} bytes for it: it will be full before the cache is. Make the limit smaller, or use another disk")]
    public static partial void CacheLargerThanDisk(ILogger logger, long limit, long available);

    [LoggerMessage(118, LogLevel.Warning, "One entry of the distributed tier of the cache cannot be used, {Reason}. The server answers otherwise, so only that image is read past it. Further ones are only counted, in the statistics")]
    public static partial void CacheEntryFailed(ILogger logger, string reason);

    [LoggerMessage(115, LogLevel.Warning, "The cache cannot use its disk and distributed tiers, because the identity of the store cannot be read: {Reason} Images are read from the provider, and the cache asks again")]
    public static partial void CacheIdentityUnknown(ILogger logger, string reason);

    [LoggerMessage(116, LogLevel.Debug, "The identity of the store cannot be read")]
    public static partial void CacheIdentityUnknownWith(ILogger logger, Exception exception);

    [LoggerMessage(117, LogLevel.Information, "The identity of the store is known. The cache uses its disk and distributed tiers")]
    public static partial void CacheIdentityKnown(ILogger logger);
}
