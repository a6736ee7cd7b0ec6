using System.Buffers;
using ImageStorage.InMemory;

namespace ImageStorage.Providers;

/// <summary>
/// Stores images in the memory of the process, for tests. The provider keeps every promise except durability: no image
/// survives the process. All images are in memory completely. Thread-safe.
/// </summary>
public sealed partial class InMemoryImageProvider : IImageProvider
{
    private readonly TimeProvider _timeProvider;
    private readonly Lock _gate = new();
    private readonly InMemoryDocumentStore _documents = new();
    private readonly Dictionary<ImageKey, Entry> _images = [];
    private readonly SortedSet<ImageInfo> _byCreated = new(Comparer<ImageInfo>.Create((x, y) => ListPosition.Compare(ImageOrder.CreatedAscending, x, y)));
    private readonly SortedSet<ImageInfo> _byKey = new(Comparer<ImageInfo>.Create((x, y) => ListPosition.Compare(ImageOrder.KeyAscending, x, y)));

    /// <summary>Creates an empty store.</summary>
    /// <param name="timeProvider">
    /// The clock of creation and modification times; null for the clock of the system.
    /// </param>
    public InMemoryImageProvider(TimeProvider? timeProvider = null) => _timeProvider = timeProvider ?? TimeProvider.System;

    /// <inheritdoc/>
    public string Name => "InMemory";

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new()
    {
        MaxContentLength = Array.MaxLength,
        MaxMetadataBytes = 64 << 10,
        NativeOrders = [ImageOrder.CreatedDescending, ImageOrder.CreatedAscending, ImageOrder.KeyAscending],
        RangeRead = true,
        MultiProcess = false,
        Durable = false,
        RetainsVersions = true,
    };

    /// <inheritdoc/>
    public IDocumentStore Documents => _documents;

    /// <inheritdoc/>
    public async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Begin(cancellationToken);
        var (bytes, digest) = await ReadAllAsync(request, cancellationToken).ConfigureAwait(false);
        var etag = ImageETagFactory.Create(digest);
        await CallBeforeCommitAsync(request, bytes, digest, etag, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            var (existing, entry) = EntryLocked(request, bytes, digest, etag);
            ReplaceLocked(existing, entry);
            return entry.Info;
        }
    }

    /// <inheritdoc/>
    public Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        Entry? entry;
        lock (_gate)
        {
            _images.TryGetValue(key, out entry);
        }

        return Task.FromResult(Open(key, entry, options));
    }

    private StoredImage? Open(ImageKey key, Entry? entry, GetOptions? options)
    {
        if (options?.IfMatch is { } expected && entry?.Info.ETag != expected)
        {
            throw Conflict(key, entry);
        }

        if (entry is null)
        {
            return null;
        }

        var range = options?.Range?.Resolve(key, entry.Bytes.Length) ?? new ResolvedRange(0, entry.Bytes.Length);
        var part = entry.Bytes.Slice((int)range.Offset, (int)range.Length);
        _ = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(part, out var segment);
        var stream = new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false, publiclyVisible: false);
        return new StoredImage(entry.Info, stream, range);
    }

    /// <inheritdoc/>
    public Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        lock (_gate)
        {
            return Task.FromResult(_images.GetValueOrDefault(key)?.Info);
        }
    }

    /// <inheritdoc/>
    public Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        Begin(cancellationToken);
        lock (_gate)
        {
            _images.TryGetValue(key, out var existing);
            CheckLocked(key, update.Precondition, existing);
            if (existing is null)
            {
                return Task.FromResult<ImageInfo?>(null);
            }

            var entry = EntryLocked(update, existing);
            ReplaceLocked(existing, entry);
            return Task.FromResult<ImageInfo?>(entry.Info);
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        lock (_gate)
        {
            _images.TryGetValue(key, out var existing);
            CheckLocked(key, options?.Precondition, existing);
            ReplaceLocked(existing, null);
            return Task.FromResult(existing is not null);
        }
    }

    /// <inheritdoc/>
    public Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        Begin(cancellationToken);
        var position = ListPosition.From(query);
        var page = new PageBuilder(query);
        lock (_gate)
        {
            foreach (var info in InOrderLocked(query.Order, position))
            {
                if (position is { } after && !after.IsBefore(info.CreatedAt, info.Key))
                {
                    continue;
                }

                if (!page.Add(info))
                {
                    break;
                }
            }
        }

        return Task.FromResult(page.ToPage());
    }

    /// <inheritdoc/>
    public Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        lock (_gate)
        {
            return Task.FromResult(new StorageUsage { Count = _images.Count, Bytes = _images.Values.Sum(entry => entry.Info.Length), StoredBytes = _images.Values.Sum(entry => entry.Info.StoredLength) });
        }
    }

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken = default) => ProviderProbe.RunAsync(this, cancellationToken);

    /// <inheritdoc/>
    public TAbility? GetAbility<TAbility>()
        where TAbility : class => this as TAbility;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _documents.IsDisposed = true;

    /// <inheritdoc/>
    public override string ToString() => Name;

    private void Begin(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_documents.IsDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static async Task<(ReadOnlyMemory<byte> Bytes, ContentDigest Digest)> ReadAllAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>((int)Math.Max(1, request.Content.Length ?? 0));
        while (await request.Content.ReadAsync(cancellationToken).ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            bytes.Write(piece.Span);
        }

        var digest = await request.Content.GetDigestAsync().ConfigureAwait(false);
        request.CheckLength(digest, bytes.WrittenCount);
        cancellationToken.ThrowIfCancellationRequested();
        return (bytes.WrittenMemory, digest);
    }

    // The callback runs outside the lock. The entry is made again under the lock of the commit.
    private async ValueTask CallBeforeCommitAsync(PutRequest request, ReadOnlyMemory<byte> bytes, ContentDigest digest, ImageETag etag, CancellationToken cancellationToken)
    {
        if (request.BeforeCommit is not { } beforeCommit)
        {
            return;
        }

        ImageInfo info;
        lock (_gate)
        {
            info = EntryLocked(request, bytes, digest, etag).Replacement.Info;
        }

        await beforeCommit(info, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private (Entry? Existing, Entry Replacement) EntryLocked(PutRequest request, ReadOnlyMemory<byte> bytes, ContentDigest digest, ImageETag etag)
    {
        _images.TryGetValue(request.Key, out var existing);
        CheckLocked(request.Key, request.Precondition, existing);
        var now = NowAfterLocked(existing);
        return (existing, new Entry(request.ToInfo(digest, bytes.Length, request.CreatedAt ?? existing?.Info.CreatedAt ?? now, now, etag), bytes));
    }

    private Entry EntryLocked(RecordUpdate update, Entry existing)
    {
        var info = update.ApplyTo(existing.Info, NowAfterLocked(existing), ImageETagFactory.Create(existing.Info.Digest));
        MetadataLimit.Check(info, Capabilities.MaxMetadataBytes);
        return existing with { Info = info };
    }

    private IEnumerable<ImageInfo> InOrderLocked(ImageOrder order, ListPosition? position)
    {
        var set = order == ImageOrder.KeyAscending ? _byKey : _byCreated;
        if (set.Count == 0)
        {
            return [];
        }

        if (position is not { } after)
        {
            return order == ImageOrder.CreatedDescending ? set.Reverse() : set;
        }

        // The comparer uses time and key only, so any record with this time and key finds the position.
        var pivot = set.Min! with { Key = after.Key, CreatedAt = after.CreatedAt };
        if (set.Comparer.Compare(pivot, set.Min) < 0)
        {
            return order == ImageOrder.CreatedDescending ? [] : set;
        }

        if (set.Comparer.Compare(pivot, set.Max) > 0)
        {
            return order == ImageOrder.CreatedDescending ? set.Reverse() : [];
        }

        return order == ImageOrder.CreatedDescending ? set.GetViewBetween(set.Min, pivot).Reverse() : set.GetViewBetween(pivot, set.Max);
    }

    private void ReplaceLocked(Entry? existing, Entry? replacement)
    {
        if (existing is not null)
        {
            _byCreated.Remove(existing.Info);
            _byKey.Remove(existing.Info);
            _images.Remove(existing.Info.Key);
        }

        if (replacement is not null)
        {
            _byCreated.Add(replacement.Info);
            _byKey.Add(replacement.Info);
            _images.Add(replacement.Info.Key, replacement);
        }
    }

    // Modification times of an image increase, even when the clock is set back.
    private DateTimeOffset NowAfterLocked(Entry? existing)
    {
        var now = _timeProvider.GetUtcNow();
        return existing is not null && now <= existing.Info.ModifiedAt ? existing.Info.ModifiedAt.AddTicks(1) : now;
    }

    private void CheckLocked(ImageKey key, Precondition? precondition, Entry? existing)
    {
        if (precondition is not null && !precondition.IsSatisfiedBy(existing?.Info.ETag))
        {
            throw Conflict(key, existing);
        }
    }

    private ImageConflictException Conflict(ImageKey key, Entry? existing) => ProviderErrors.Conflict(key, Name, existing?.Info.ETag);

    private sealed record Entry(ImageInfo Info, ReadOnlyMemory<byte> Bytes);
}
