using ImageStorage.Caching.Disk;
using ImageStorage.Caching.Distributed;

namespace ImageStorage.Caching;

internal sealed partial class CachingProvider
{
    public async Task<IReadOnlyList<CacheTierEntry>> InspectAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        _ = key.Value;
        cancellationToken.ThrowIfCancellationRequested();
        await _tiers.EnsureIdentityAsync(cancellationToken).ConfigureAwait(false);
        CacheTierEntry?[] entries =
        [
            InspectMemory(key),
            _tiers.Disk is { } disk ? await InspectAsync(disk, key).ConfigureAwait(false) : null,
            _tiers.Distributed is { } distributed ? await InspectAsync(distributed, key, cancellationToken).ConfigureAwait(false) : null,
        ];
        return [.. entries.OfType<CacheTierEntry>()];
    }

    private CacheTierEntry? InspectMemory(ImageKey key)
    {
        if (_memory.Peek(key) is not { } image)
        {
            return null;
        }

        try
        {
            return new CacheTierEntry
            {
                Tier = CacheTier.Memory,
                ETag = image.Info.ETag,
                Bytes = image.Size,
                Age = _clock.GetElapsedTime(image.BornAt),
                Accesses = image.Accesses,
                IsFresh = IsFresh(image),
            };
        }
        finally
        {
            image.Release();
        }
    }

    private async Task<CacheTierEntry?> InspectAsync(DiskTier disk, ImageKey key)
    {
        // File calls block, and the caller's thread must not block.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return disk.Inspect(disk.NameOf(key), key) is not var (entry, confirmed) ? null : entry with { IsFresh = confirmed is { } at && IsFresh(at) };
    }

    private async Task<CacheTierEntry?> InspectAsync(DistributedTier distributed, ImageKey key, CancellationToken cancellationToken) =>
        await distributed.PeekAsync(key, cancellationToken).ConfigureAwait(false) is { } entry
            ? new CacheTierEntry
            {
                Tier = CacheTier.Distributed,
                ETag = entry.Header.Info.ETag,
                Bytes = entry.Length,
                Age = _clock.GetUtcNow() - entry.Header.StoredAt,
                IsFresh = distributed.ConfirmedAt(entry) is not null,
            }
            : null;
}
