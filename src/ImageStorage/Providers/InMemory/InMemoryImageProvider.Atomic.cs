using System.Diagnostics;

namespace ImageStorage.Providers;

public sealed partial class InMemoryImageProvider : IAtomicProvider
{
    /// <inheritdoc/>
    public async Task<IPreparedImage> PrepareAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Begin(cancellationToken);
        var (bytes, digest) = await ReadAllAsync(request, cancellationToken).ConfigureAwait(false);
        return new Prepared(request, bytes, digest, ImageETagFactory.Create(digest));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ImageInfo?>> CommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writes);
        Begin(cancellationToken);
        if (writes.Any(write => write is AtomicPut and not { Image: Prepared }))
        {
            throw new ArgumentException("Another provider prepared an image.", nameof(writes));
        }

        foreach (var write in writes)
        {
            if (write is AtomicPut { Image: Prepared image })
            {
                await CallBeforeCommitAsync(image.Request, image.Bytes, image.Digest, image.ETag, cancellationToken).ConfigureAwait(false);
            }
        }

        lock (_gate)
        {
            // Everything that can fail runs first, so that the commit itself cannot fail.
            var changes = new List<(Entry? Existing, Entry? Replacement)>();
            IReadOnlyList<ImageInfo?> Change()
            {
                var infos = writes.Select(write => ChangeLocked(write, changes)).ToArray();
                changes.ForEach(change => ReplaceLocked(change.Existing, change.Replacement));
                return infos;
            }

            return _documents.Commit([.. writes.OfType<AtomicDocument>()], Change);
        }
    }

    private ImageInfo? ChangeLocked(AtomicWrite write, List<(Entry?, Entry?)> changes)
    {
        Entry? existing;
        switch (write)
        {
            case AtomicPut { Image: Prepared image }:
                (existing, var entry) = EntryLocked(image.Request, image.Bytes, image.Digest, image.ETag);
                changes.Add((existing, entry));
                return entry.Info;
            case AtomicUpdate update:
                _images.TryGetValue(update.Key, out existing);
                CheckLocked(update.Key, update.Update.Precondition, existing);
                var updated = EntryLocked(update.Update, existing ?? throw ProviderErrors.NotFound(update.Key, Name));
                changes.Add((existing, updated));
                return updated.Info;
            case AtomicDelete delete:
                _images.TryGetValue(delete.Key, out existing);
                CheckLocked(delete.Key, delete.Precondition, existing);
                changes.Add((existing, null));
                return existing?.Info;
            case AtomicDocument:
                return null;
            default:
                throw new UnreachableException();
        }
    }

    private sealed record Prepared(PutRequest Request, ReadOnlyMemory<byte> Bytes, ContentDigest Digest, ImageETag ETag) : IPreparedImage
    {
        public ImageKey Key => Request.Key;

        public ValueTask DisposeAsync() => default;
    }
}
