using Microsoft.Extensions.Logging;

namespace ImageStorage.Transactions;

/// <summary>
/// Log messages of transactions: event ids 85 to 99, except 94. Keys, and exceptions, whose messages name keys, are
/// logged only below information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(90, LogLevel.Error, "The transaction {Transaction} is in doubt: {Reason}. Its journal remains, and every recovery tries again")]
    public static partial void TransactionInDoubt(ILogger logger, string transaction, string reason);

    [LoggerMessage(91, LogLevel.Debug, "A step of a transaction could not be compensated")]
    public static partial void TransactionInDoubtWith(ILogger logger, Exception exception);

    [LoggerMessage(92, LogLevel.Warning, "The transaction {Transaction} of a dead process, or in doubt, was rolled back")]
    public static partial void TransactionRecovered(ILogger logger, string transaction);

    [LoggerMessage(93, LogLevel.Debug, "A decided transaction could not remove its journal or its retained versions; a recovery removes them")]
    public static partial void TransactionLeftOver(ILogger logger, Exception exception);

    [LoggerMessage(85, LogLevel.Debug, "A recovery could not process a transaction, a lease or a retained version, and continues with the others")]
    public static partial void RecoveryStepFailed(ILogger logger, Exception exception);

    [LoggerMessage(88, LogLevel.Debug, "The store could not be asked for interrupted moves. It is asked again later")]
    public static partial void TransactionsNotListed(ILogger logger, Exception exception);

    [LoggerMessage(95, LogLevel.Warning, "A recovery of transactions failed: {Failure}. The next recovery continues")]
    private static partial void TransactionRecoveryFailed(ILogger logger, string failure);

    [LoggerMessage(96, LogLevel.Debug, "A recovery of transactions failed")]
    private static partial void TransactionRecoveryFailedWith(ILogger logger, Exception exception);

    public static void TransactionRecoveryFailed(ILogger logger, Exception exception)
    {
        TransactionRecoveryFailed(logger, exception.GetType().Name);
        TransactionRecoveryFailedWith(logger, exception);
    }

    [LoggerMessage(97, LogLevel.Error, "The transaction {Transaction} is in doubt, and this process cannot compensate its steps. Register its actions, or compensate the steps by hand and dismiss the transaction")]
    public static partial void TransactionFoundInDoubt(ILogger logger, string transaction);

    [LoggerMessage(98, LogLevel.Error, "The journal of the transaction {Transaction} cannot be read: {Failure}. The images of the journal stay reserved")]
    public static partial void TransactionUnreadable(ILogger logger, string transaction, string failure);

    [LoggerMessage(99, LogLevel.Warning, "A transaction is committed, and a layer of the store has failed afterwards: {Failure}. Correct the layer; its work for these images may be missing")]
    public static partial void LayerFailedAfterCommit(ILogger logger, string failure);

    [LoggerMessage(87, LogLevel.Warning, "A step of a transaction is compensated, and a layer of the store has failed afterwards: {Failure}. Correct the layer; its work for this image may be missing")]
    private static partial void LayerFailedAfterCompensation(ILogger logger, string failure);

    [LoggerMessage(86, LogLevel.Debug, "A layer of the store has failed after the compensation of a step")]
    private static partial void LayerFailedAfterCompensationWith(ILogger logger, Exception exception);

    public static void LayerFailedAfterCompensation(ILogger logger, Exception exception)
    {
        LayerFailedAfterCompensation(logger, exception.GetType().Name);
        LayerFailedAfterCompensationWith(logger, exception);
    }

    [LoggerMessage(89, LogLevel.Debug, "A layer of the store has failed after the commit of a transaction")]
    public static partial void LayerFailedAfterCommitWith(ILogger logger, Exception exception);
}
