using System.Buffers;
using ImageStorage.Providers;

namespace ImageStorage.Samples.Tests.Snippets.CustomProvider;

public sealed class DictionaryImageProvider(DictionaryStorageOptions options, TimeProvider clock) : IImageProvider
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ImageKey, (ImageInfo Info, byte[] Bytes)> _images = [];
    private readonly InMemoryImageProvider _documents = new();
    private bool _isDisposed;

    public string Name => "Dictionary";

    public ProviderCapabilities Capabilities { get; } = new()
    {
        MaxContentLength = Array.MaxLength,
        MaxMetadataBytes = 64 << 10,
        NativeOrders = [],
        RangeRead = true,
        MultiProcess = false,
        Durable = false,
    };

    public IDocumentStore Documents => _documents.Documents;

    public async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        var bytes = new ArrayBufferWriter<byte>();
        while (await request.Content.ReadAsync(cancellationToken) is { IsEmpty: false } piece)
        {
            bytes.Write(piece.Span);
        }

        var digest = await request.Content.GetDigestAsync();
        var etag = ImageETagFactory.Create(digest);
        if (request.BeforeCommit is { } beforeCommit)
        {
            ImageInfo record;
            lock (_gate)
            {
                record = NewRecordLocked(request, digest, bytes.WrittenCount, etag);
            }

            await beforeCommit(record, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var info = NewRecordLocked(request, digest, bytes.WrittenCount, etag);
            _images[request.Key] = (info, bytes.WrittenSpan.ToArray());
            return info;
        }
    }

    public Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        lock (_gate)
        {
            if (FindLocked(key, options?.IfMatch is { } version ? new IfMatch(version) : null) is not { } info)
            {
                return Task.FromResult<StoredImage?>(null);
            }

            var bytes = _images[key].Bytes;
            var range = options?.Range?.Resolve(key, bytes.Length) ?? new ResolvedRange(0, bytes.Length);
            return Task.FromResult<StoredImage?>(new StoredImage(info, new MemoryStream(bytes, (int)range.Offset, (int)range.Length, writable: false), range));
        }
    }

    public Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        lock (_gate)
        {
            return Task.FromResult(FindLocked(key, null));
        }
    }

    public Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        lock (_gate)
        {
            if (FindLocked(key, update.Precondition) is not { } existing)
            {
                return Task.FromResult<ImageInfo?>(null);
            }

            var info = update.ApplyTo(existing, NowAfter(existing), ImageETagFactory.Create(existing.Digest));
            MetadataLimit.Check(info, Capabilities.MaxMetadataBytes);
            _images[key] = (info, _images[key].Bytes);
            return Task.FromResult<ImageInfo?>(info);
        }
    }

    public Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        lock (_gate)
        {
            FindLocked(key, options?.Precondition);
            return Task.FromResult(_images.Remove(key));
        }
    }

    public Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        var position = ListPosition.From(query);
        var page = new PageBuilder(query);
        lock (_gate)
        {
            var ordered = _images.Values.Select(image => image.Info)
                .Where(info => position is not { } after || after.IsBefore(info.CreatedAt, info.Key))
                .Order(Comparer<ImageInfo>.Create((left, right) => ListPosition.Compare(query.Order, left, right)));
            foreach (var info in ordered)
            {
                if (!page.Add(info))
                {
                    break;
                }
            }
        }

        return Task.FromResult(page.ToPage());
    }

    public Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        lock (_gate)
        {
            return Task.FromResult(new StorageUsage
            {
                Count = _images.Count,
                Bytes = _images.Values.Sum(image => image.Info.Length),
                StoredBytes = _images.Values.Sum(image => image.Info.StoredLength),
            });
        }
    }

    public Task CheckAsync(CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        return ProviderProbe.RunAsync(this, cancellationToken);
    }

    public TAbility? GetAbility<TAbility>()
        where TAbility : class => this as TAbility;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _isDisposed = true;
        _documents.Dispose();
    }

    public override string ToString() => Name;

    private void Begin(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private ImageInfo NewRecordLocked(PutRequest request, ContentDigest digest, int storedLength, ImageETag etag)
    {
        var existing = FindLocked(request.Key, request.Precondition);
        if (_images.Values.Sum(image => (long)image.Bytes.Length) + storedLength > options.Capacity)
        {
            throw new StorageFullException($"Image '{request.Key}' does not fit into {Name}: delete images, or raise Dictionary.Capacity.") { Key = request.Key, Provider = Name };
        }

        var now = NowAfter(existing);
        return request.ToInfo(digest, storedLength, request.CreatedAt ?? existing?.CreatedAt ?? now, now, etag);
    }

    private ImageInfo? FindLocked(ImageKey key, Precondition? precondition)
    {
        var existing = _images.TryGetValue(key, out var image) ? image.Info : null;
        return precondition is null || precondition.IsSatisfiedBy(existing?.ETag) ? existing : throw ProviderErrors.Conflict(key, Name, existing?.ETag);
    }

    // The times of one image only grow, also when the clock is set back.
    private DateTimeOffset NowAfter(ImageInfo? existing)
    {
        var now = clock.GetUtcNow();
        return existing is not null && now <= existing.ModifiedAt ? existing.ModifiedAt.AddTicks(1) : now;
    }
}
