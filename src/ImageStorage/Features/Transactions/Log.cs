using Microsoft.Extensions.Logging;

namespace ImageStorage.Transactions;

/// <summary>Log messages of transactions: event ids 90 to 99. Keys, and exceptions, whose messages name keys, only below information level.</summary>
internal static partial class Log
{
    [LoggerMessage(90, LogLevel.Error, "The transaction {Transaction} is in doubt: {Reason}; it is tried again, and stays in the journal until then")]
    public static partial void TransactionInDoubt(ILogger logger, string transaction, string reason);

    [LoggerMessage(91, LogLevel.Debug, "A step of a transaction could not be undone")]
    public static partial void TransactionInDoubtWith(ILogger logger, Exception exception);

    [LoggerMessage(92, LogLevel.Warning, "The transaction {Transaction} was left by a process that ended in it, or was in doubt; it is undone")]
    public static partial void TransactionRecovered(ILogger logger, string transaction);

    [LoggerMessage(93, LogLevel.Debug, "A transaction that is decided has left something that a recovery takes away")]
    public static partial void TransactionLeftOver(ILogger logger, Exception exception);

    [LoggerMessage(95, LogLevel.Warning, "A recovery of transactions ended early: {Failure}; the next one goes on")]
    public static partial void TransactionRecoveryFailed(ILogger logger, string failure);

    [LoggerMessage(96, LogLevel.Debug, "A recovery of transactions ended early")]
    public static partial void TransactionRecoveryFailedWith(ILogger logger, Exception exception);

    [LoggerMessage(97, LogLevel.Error, "The transaction {Transaction} was found in doubt, and cannot be undone by this process; it stays in the journal until a person has seen to it")]
    public static partial void TransactionFoundInDoubt(ILogger logger, string transaction);

    [LoggerMessage(98, LogLevel.Error, "The journal of the transaction {Transaction} cannot be read: {Failure}; it is left alone, and its images stay taken")]
    public static partial void TransactionUnreadable(ILogger logger, string transaction, string failure);
}
