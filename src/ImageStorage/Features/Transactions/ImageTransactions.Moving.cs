using System.Runtime.ExceptionServices;
using ImageStorage.Providers;
using ImageStorage.Store;

namespace ImageStorage.Transactions;

/// <content>A move is a transaction of one step.</content>
internal sealed partial class ImageTransactions : IImageMover
{
    // Each attempt after the first means that another writer has changed one of the images.
    private const int MaxMoves = 16;

    // A large image may take long. The caller's token ends a move earlier.
    private static readonly TransactionOptions MoveOptions = new() { Timeout = TimeSpan.FromHours(1) };

    public async Task<ImageInfo> MoveAsync(ImageKey source, ImageKey target, CopyOptions options, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var result = await RunAsync([new MoveStep(source, target, options)], MoveOptions, cancellationToken).ConfigureAwait(false);
                return result.Steps[0].Info!;
            }
            catch (TransactionFailedException failure) when (failure is { Outcome: TransactionOutcome.RolledBack, InnerException: TimeoutException timeout })
            {
                throw new StorageUnavailableException($"Image '{source}' was not moved to '{target}' in {components.Provider.Name} within {MoveOptions.Timeout.TotalMinutes:0} minutes, and nothing was changed. Find out why the provider is slow, and move the image again.", timeout) { Key = source, Provider = components.Provider.Name };
            }
            catch (TransactionFailedException failure) when (failure is { Outcome: TransactionOutcome.RolledBack, InnerException: ImageStorageException cause })
            {
                if (attempt == MaxMoves || !IsOvertaken(cause, source, options))
                {
                    // Nothing was changed, so the cause says everything.
                    ExceptionDispatchInfo.Throw(cause is StorageUnavailableException unavailable && components.HasFallback ? NeedsPrimary(source, target, unavailable) : cause);
                }
            }
        }
    }

    /// <summary>
    /// Completes when this store may have transactions to recover: one is found, or this process has started one. Asks
    /// the provider once if that succeeds.
    /// </summary>
    public async Task WaitForUseAsync(TimeSpan retryAfter, CancellationToken cancellationToken)
    {
        // A provider with atomic commits writes no journals for moves, and is not opened for this question.
        while (components.Provider.GetAbility<IAtomicProvider>() is null && !components.Journal.Used.IsCompleted)
        {
            try
            {
                // The first available of several providers has its abilities after the choice, which the application
                // causes with its first call.
                if (components.Provider.GetAbility<IVersionKeeper>() is not null)
                {
                    if (await components.Journal.HasAnyAsync(cancellationToken).ConfigureAwait(false))
                    {
                        return;
                    }

                    break;
                }
            }
            catch (ImageStorageException exception)
            {
                Log.TransactionsNotListed(components.Logger, exception);
            }

            await Task.WhenAny(components.Journal.Used, Task.Delay(retryAfter, components.Clock, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        await components.Journal.Used.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private StorageUnavailableException NeedsPrimary(ImageKey source, ImageKey target, StorageUnavailableException cause) => new(
        $"Image '{source}' was not moved to '{target}', and nothing was changed: a move needs the primary {components.Provider.Name}, with all hints of both images replayed. Try again later. {cause.Message}", cause, cause.IsTransient)
    {
        Key = source,
        Provider = components.Provider.Name,
    };

    /// <summary>
    /// Returns whether the move failed only because another writer was faster, and the caller has not asked for the
    /// version that is gone.
    /// </summary>
    private static bool IsOvertaken(ImageStorageException cause, ImageKey source, CopyOptions options) =>
        cause is ImageConflictException { IsContention: false } conflict && (conflict.Key == source ? options.SourcePrecondition is null : options.Precondition is null);
}
