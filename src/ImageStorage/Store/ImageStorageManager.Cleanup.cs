using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Store.Validation;

namespace ImageStorage;

public sealed partial class ImageStorageManager
{
    private const int CleanupPage = 500;

    /// <inheritdoc/>
    public async Task<CleanupResult> CleanupAsync(CleanupOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckCleanup(options);
        QueryRules.CheckPrefix(options.Prefix);
        return await _recorder.MeasureAsync(
            StoreOperation.Cleanup, (Store: this, options, cancellationToken), static call => call.Store.DeleteOldAsync(call.options, call.cancellationToken)).ConfigureAwait(false);
    }

    private async Task<CleanupResult> DeleteOldAsync(CleanupOptions options, CancellationToken cancellationToken)
    {
        // Limits of count and bytes need a sum from the newest image on. A limit of age alone needs only the images
        // that are too old.
        var cutoff = options.MaxAge is { } age ? Subtract(_timeProvider.GetUtcNow(), age) : (DateTimeOffset?)null;
        var ageOnly = options.MaxCount is null && options.MaxBytes is null;
        var query = new ImageQuery
        {
            Order = ageOnly ? ImageOrder.CreatedAscending : ImageOrder.CreatedDescending,
            CreatedBefore = ageOnly ? cutoff : null,
            Prefix = options.Prefix,
            Limit = CleanupPage,
        };

        var tally = new CleanupTally(options, cutoff);
        ImagePage page;
        do
        {
            page = await Provider.ListAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var info in page.Items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (tally.ShouldDelete(info))
                {
                    tally.Count(info, options.DryRun || await DeleteUnchangedAsync(info, cancellationToken).ConfigureAwait(false));
                }
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (page.ContinuationToken is not null);

        return tally.ToResult();
    }

    private static void CheckCleanup(CleanupOptions options)
    {
        if (options is { MaxAge: null, MaxCount: null, MaxBytes: null })
        {
            throw new ArgumentException("A clean-up needs a limit: set MaxAge, MaxCount or MaxBytes.", nameof(options));
        }

        if (options.MaxAge < TimeSpan.Zero || options.MaxCount < 0 || options.MaxBytes < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(options), "The limits of a clean-up must not be negative.");
        }
    }

    private static DateTimeOffset Subtract(DateTimeOffset now, TimeSpan age) => now.UtcTicks > age.Ticks ? now - age : DateTimeOffset.MinValue;

    /// <summary>
    /// Deletes exactly the version that was selected, so that a newer version of the image is not lost.
    /// </summary>
    private async Task<bool> DeleteUnchangedAsync(ImageInfo info, CancellationToken cancellationToken)
    {
        try
        {
            return await Provider.DeleteAsync(info.Key, new DeleteOptions { Precondition = new IfMatch(info.ETag) }, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            return false;
        }
    }

    /// <summary>Counts the images that stay and the images to delete, from the newest to the oldest.</summary>
    private sealed class CleanupTally(CleanupOptions options, DateTimeOffset? cutoff)
    {
        private long _examined;
        private long _keptBytes;
        private long _keptCount;
        private bool _full;
        private long _deletedCount;
        private long _freedBytes;
        private long _skipped;

        public bool ShouldDelete(ImageInfo info)
        {
            _examined++;
            _full = _full || _keptCount + 1 > options.MaxCount || _keptBytes + info.Length > options.MaxBytes;
            if (_full || info.CreatedAt < cutoff)
            {
                return true;
            }

            _keptCount++;
            _keptBytes += info.Length;
            return false;
        }

        public void Count(ImageInfo info, bool deleted)
        {
            if (deleted)
            {
                _deletedCount++;
                _freedBytes += info.Length;
            }
            else
            {
                _skipped++;
            }
        }

        public CleanupResult ToResult() => new()
        {
            DeletedCount = _deletedCount,
            FreedBytes = _freedBytes,
            ExaminedCount = _examined,
            SkippedCount = _skipped,
            DryRun = options.DryRun,
        };
    }
}
